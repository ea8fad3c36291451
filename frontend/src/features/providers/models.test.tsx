import { screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { aGateway, aProvider } from '../../bridge/fixtures'
import { aLive, byId, openWindow } from '../../test/render'

let stop = () => {}
afterEach(() => stop())

describe('the number of models', () => {
  it('is not given where nobody said', async () => {
    const live = aLive({
      gateways: byId(aGateway({ id: 'prod', overall: 'connected' })),
      providers: byId(
        aProvider({ gateway: 'prod', provider: 'silent' }),
        aProvider({ gateway: 'prod', provider: 'empty', served: 0 }),
        aProvider({ gateway: 'prod', provider: 'full', models: ['a', 'b'] }),
      ),
    })
    const opened = await openWindow(live, '/providers')
    stop = opened.stop
    const table = within(await screen.findByRole('table', { name: /provider|health/i }))
    const models = (name: string) => {
      const row = table.getByText(name).closest('[role=row]')
      return row?.querySelectorAll('[role=cell]')[5]?.textContent
    }
    expect([models('silent'), models('empty'), models('full')]).toEqual(['–', '0', '2'])
  })
})
