import { act, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { aGateway, aLink } from '../bridge/fixtures'
import { liveStore } from '../live/store'
import { byId, given, renderWith } from '../test/render'
import { StatusLine } from './StatusLine'

const link = (hub: string, of: { slot?: string; state?: string; class?: string } = {}) =>
  aLink({ gateway: 'prod', hub, plane: 'core', ...of, id: `prod/${hub}@${of.slot ?? ''}` })

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
      links: byId(
        link('spend', { slot: 'a' }),
        link('spend', { slot: 'b', state: 'reconnecting' }),
        link('tasks', { state: 'reconnecting' }),
        link('metrics', { class: 'unsupported', state: 'error' }),
        link('rest'),
      ),
    })
    renderWith(<StatusLine />)
    expect(screen.getByTitle('Hubs that push what happens').textContent).toBe('1 of 2 hubs connected')
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
