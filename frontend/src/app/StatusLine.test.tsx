import { act, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { aGateway, anOutlook } from '../bridge/fixtures'
import { liveStore } from '../live/store'
import { byId, given, renderWith } from '../test/render'
import { StatusLine } from './StatusLine'

describe('the status line', () => {
  it('counts hubs, not connections, and not what reads the lists', () => {
    const list = (source: string, outcome: string) => ({
      id: `prod/${source}`,
      gateway: 'prod',
      source,
      outcome,
      since: 0,
      cause: '',
      polledAt: 1,
      succeededAt: 1,
      times: 1,
      previousSuccessAt: 0,
      intervalMs: 30_000,
      staleAfterMs: 90_000,
      latencyMs: 1,
    })
    given({
      gateways: byId(aGateway({ id: 'prod' })),
      pollTargets: byId(list('rest:keys', 'good'), list('rest:logs', 'silent')),
      outlooks: byId(anOutlook({ hubs: { offered: 3, connected: 1, partly: 1 } })),
    })
    renderWith(<StatusLine />)
    expect(screen.getByTitle('Hubs that push what happens').textContent).toBe(
      '1 of 3 hubs connected, 1 for some keys only',
    )
    expect(screen.getByTitle(/^Lists that are read/).textContent).toBe('1 list read')
  })

  it('says what is behind, and since when', () => {
    given({ gateways: byId(aGateway({ id: 'prod' })) })
    renderWith(<StatusLine />)
    expect(screen.queryByRole('status')).toBeNull()
    const at = new Date()
    at.setHours(14, 2, 5, 0)
    act(() => liveStore.setState({ behind: { keys: at.getTime(), events: at.getTime() + 2000 } }))
    expect(screen.getByRole('status').textContent).toBe('Keys, events behind since 14:02:05')
    act(() => liveStore.setState({ behind: {} }))
    expect(screen.queryByRole('status')).toBeNull()
  })
})
