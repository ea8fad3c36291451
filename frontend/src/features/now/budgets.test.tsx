import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { aGateway, aGroup, aKey, anOutlook, usd } from '../../bridge/fixtures'
import { aLive, byId, given, renderWith } from '../../test/render'
import { BudgetsPanel } from './BudgetsPanel'

const research = aGroup({
  gateway: 'prod',
  group: '2',
  name: 'Research',
  openingBalance: usd(60),
  balance: usd(14.4),
})
const own = aKey({ gateway: 'prod', key: '5', name: 'own', group: '2', total: usd(9), limit: usd(10) })
const live = aLive({
  gateways: byId(aGateway({ id: 'prod', overall: 'connected', lastEventAt: 1 })),
  groups: byId(research),
  keys: byId(own),
})

describe('budgets on the first page', () => {
  it('are not said not to be set where they are not known', () => {
    const blind = anOutlook({ condition: 'unsure', unknown: ['budgets need the master key'] })
    given(
      aLive({ ...live, groups: {}, keys: byId(aKey({ gateway: 'prod', key: '1' })), outlooks: byId(blind) }),
    )
    renderWith(<BudgetsPanel />)
    expect(screen.getByText('Budgets are not known.')).toBeTruthy()
    expect(screen.getByText('Budgets need the master key.')).toBeTruthy()
    expect(screen.queryByText('No limits set on the gateway.')).toBeNull()
  })

  it('are as of when they were read last', () => {
    const at = new Date(2026, 10, 30, 9, 14).getTime()
    const old = aGroup({
      ...research,
      usedRatio: { status: 'stale', value: 0.76, since: at, why: 'It does not answer.' },
    })
    given(aLive({ ...live, groups: byId(old) }))
    renderWith(<BudgetsPanel />)
    expect(screen.getByText(/^ ?as of/).textContent).toMatch(/as of .*9:14/)
  })

  it('have a meter each', () => {
    given(live)
    renderWith(<BudgetsPanel />)
    expect(screen.getByRole('meter', { name: 'Research, budget used' }).getAttribute('aria-valuetext')).toBe(
      '76 % used',
    )
    expect(screen.queryByText('No limits set on the gateway.')).toBeNull()
  })

  it('say nothing of a rate that is none', () => {
    given(aLive({ ...live, groups: byId(aGroup({ ...research, rate15m: 0 })), keys: {} }))
    renderWith(<BudgetsPanel />)
    expect(screen.queryByText(/\/h/)).toBeNull()
    given(aLive({ ...live, groups: byId(aGroup({ ...research, rate15m: usd(3) })), keys: {} }))
    renderWith(<BudgetsPanel />)
    expect(screen.getAllByText('$3.00/h').length).toBeGreaterThan(0)
  })
})
