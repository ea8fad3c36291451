import { notifications } from '@mantine/notifications'
import { act, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Rail } from '../../app/Rail'
import { aGateway, aNav } from '../../bridge/fixtures'
import type { Live, PollTarget } from '../../bridge/types'
import { scopeStore } from '../../live/scope'
import { aLive, byId, given, renderWith } from '../../test/render'
import { whyStale } from './useNavigationStateHub'

afterEach(() => act(() => scopeStore.setState({ gateway: '' })))

const now = 10_000_000
const nav = aNav({
  gateway: 'prod',
  entity: 'provider',
  count: 9,
  source: 'rest:providers',
  lastSync: now - 20_000,
})
const prod = aGateway({ id: 'prod' })
const staging = aGateway({ id: 'staging', overall: 'reconnecting' })
const source = (answeredAt: number): PollTarget => ({
  id: 'prod/rest:providers',
  gateway: 'prod',
  source: 'rest:providers',
  outcome: 'good',
  since: 0,
  cause: '',
  polledAt: answeredAt,
  succeededAt: answeredAt,
  times: 1,
  previousSuccessAt: 0,
  intervalMs: 60_000,
  staleAfterMs: 180_000,
  latencyMs: 5,
})

describe('the counts of the sidebar', () => {
  it.each<[string, Partial<Live>, string, string]>([
    ['are current', { gateways: byId(prod), nav: byId(nav) }, '', ''],
    [
      'are current while their list is read',
      { gateways: byId(prod), nav: byId({ ...nav, lastSync: 1 }), pollTargets: byId(source(now - 180_000)) },
      '',
      '',
    ],
    [
      'are not once it is not read any more',
      { gateways: byId(prod), nav: byId({ ...nav, lastSync: 1 }), pollTargets: byId(source(now - 180_001)) },
      '',
      'prod was not read again',
    ],
    [
      'are not while the gateway is not connected',
      { gateways: byId({ ...prod, overall: 'error' }), nav: byId(nav) },
      '',
      'prod is not connected',
    ],
    [
      'are of the gateways in sight',
      { gateways: byId(prod, staging), nav: byId(nav, { ...nav, id: 'x', gateway: 'staging' }) },
      'prod',
      '',
    ],
    [
      'are of all gateways',
      { gateways: byId(prod, staging), nav: byId(nav, { ...nav, id: 'x', gateway: 'staging' }) },
      '',
      'staging is not connected',
    ],
    ['do not care for a gateway that none is known of', { gateways: byId(staging) }, '', ''],
  ])('%s', (_, live, scope, want) => expect(whyStale(aLive(live), scope, now)).toBe(want))

  it('say so by shape and words', async () => {
    const fresh = { ...nav, lastSync: Date.now() - 5000 }
    given({ gateways: byId(prod), nav: byId(fresh) })
    renderWith(<Rail />)
    expect(screen.getByText(/^Synced/)).toBeTruthy()
    given({ gateways: byId({ ...prod, overall: 'disconnected' }), nav: byId(fresh) })
    const chip = await screen.findByTitle('prod is not connected.', {}, { timeout: 5000 })
    expect(chip.textContent).toMatch(/^ Not current, \d+ s ago/)
    expect(screen.queryByText(/^Synced/)).toBeNull()
    act(() => scopeStore.setState({ gateway: 'staging' }))
    expect(screen.queryByTitle('prod is not connected.')).toBeNull()
  })
})

it('a count of some of several gateways is at least so many, and says which are left out', () => {
  given({ gateways: byId(prod, staging), nav: byId(nav) })
  renderWith(<Rail />)
  for (const one of screen.getAllByText('≥ 9', { normalizer: (text) => text.replace(/\s+/g, ' ') }))
    expect(one.title).toMatch(/how many staging has is not known$/i)
  act(() => scopeStore.setState({ gateway: 'prod' }))
  expect(screen.queryAllByText(/≥/)).toEqual([])
  expect(screen.getAllByText('9')).toHaveLength(2)
})

describe('reading again', () => {
  it('goes on until all was read, and says what was not', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true })
    const old = Date.now() - 60_000
    const fresh = { ...nav, lastSync: Date.now() - 5000 }
    const mappings = { ...nav, id: 'y', entity: 'model_mapping', lastSync: old }
    // What is pushed is current however long ago it came.
    const pushed = { ...nav, id: 'z', entity: 'virtual_key', lastSync: 1, source: 'hub:navigation-state' }
    given({ gateways: byId(prod), nav: byId(fresh, pushed) })
    const said = vi.spyOn(notifications, 'show')
    const { bridge } = renderWith(<Rail />)
    expect(screen.getByText(/^Synced/).textContent).toBe('Synced 5 s ago')
    given({ gateways: byId(prod), nav: byId(fresh, mappings) })
    expect(screen.getByText(/^Synced/).title).toMatch(/^prod, providers: .*\nprod, model mappings: /)
    act(() => screen.getByRole('button', { name: 'Read again now' }).click())
    await screen.findByText('Reading…')
    expect(bridge.calls).toContain('Gateways.Refresh("prod")')
    given({ gateways: byId(prod), nav: byId({ ...fresh, lastSync: Date.now() }, mappings) })
    await act(() => vi.advanceTimersByTimeAsync(10_000))
    expect(screen.queryByText('Reading…')).toBeNull()
    expect(said.mock.calls[0]?.[0].message).toMatch(/^prod: model mappings, as of /)
    said.mockClear()
    act(() => screen.getByRole('button', { name: 'Read again now' }).click())
    await screen.findByText('Reading…')
    given({
      gateways: byId(prod),
      nav: byId({ ...fresh, lastSync: Date.now() + 1 }, { ...mappings, lastSync: Date.now() }),
    })
    await vi.waitFor(() => expect(screen.queryByText('Reading…')).toBeNull())
    expect(screen.getByText(/^Synced/)).toBeTruthy()
    await act(() => vi.advanceTimersByTimeAsync(10_000))
    expect(said).not.toHaveBeenCalled()
    said.mockRestore()
    vi.useRealTimers()
  })
})
