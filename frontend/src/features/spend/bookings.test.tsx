import { act, screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aGateway, aTransaction } from '../../bridge/fixtures'
import { setClock } from '../../lib/time'
import { byId, given, renderWith } from '../../test/render'
import { TransactionsPanel } from './TransactionsPanel'

const table = () => screen.getByRole('table', { name: 'Recent transactions' })

/** How wide the column of the times is in each row and the head, pixels. */
const widths = () =>
  within(table())
    .getAllByRole('row')
    .map((row) => Number.parseInt(row.style.gridTemplateColumns, 10))

it('has room for a day once one is said, in old rows and new ones', () => {
  try {
    act(() => setClock(() => new Date(2026, 11, 2, 23, 59, 58).getTime()))
    const of = { gateway: 'prod', key: '1' }
    const old = aTransaction({ ...of, id: '1', at: new Date(2026, 11, 2, 23, 59, 50).getTime() })
    const fresh = aTransaction({ ...of, id: '2', at: new Date(2026, 11, 3, 0, 0, 1).getTime() })
    given({ gateways: byId(aGateway({ id: 'prod' })), transactions: byId(old) })
    renderWith(<TransactionsPanel />)
    const [narrow = 0] = widths()
    expect(screen.getByText('23:59:50')).toBeTruthy()

    act(() => setClock(() => new Date(2026, 11, 3, 0, 0, 2).getTime()))
    given({ gateways: byId(aGateway({ id: 'prod' })), transactions: byId(old, fresh) })
    expect(within(table()).getByText('Dec 2, 23:59:50')).toBeTruthy()
    expect(within(table()).getByText('00:00:01')).toBeTruthy()
    const wide = widths()
    expect(wide.length).toBe(3)
    expect(new Set(wide).size).toBe(1)
    expect(wide[0]).toBeGreaterThan(narrow + 50) // "Dec 22, "
  } finally {
    act(() => setClock(null))
  }
})
