import { describe, expect, it } from 'vitest'
import { aGateway, aLink, aMonitoredKey } from '../../bridge/fixtures'
import type { Live } from '../../bridge/types'
import type { Sync } from '../../live/store'
import { aLive, byId } from '../../test/render'
import { bannersOf } from './banners'

const now = new Date(2026, 10, 23, 14, 30).getTime()
const at1402 = new Date(2026, 10, 23, 14, 2).getTime()
const live: Sync = { state: 'live' }
const spend = aLink({ gateway: 'prod', hub: 'spend', plane: 'core' })
const nav = aLink({ gateway: 'prod', hub: 'navigation-state', plane: 'admin' })
const prod = aGateway({ id: 'prod', lastEventAt: at1402 })
const staging = aGateway({ id: 'staging' })

const says = (of: Partial<Live>, sync: Sync = live) =>
  bannersOf(aLive(of), sync, now).map((banner) => `${banner.title} ${banner.text}`)
const lost = { state: 'reconnecting', class: 'gateway_down', cause: 'timeout', lostAt: at1402 } as const

describe('bannersOf', () => {
  it('says nothing when all is well', () =>
    expect(says({ gateways: byId(prod), links: byId(spend, nav) })).toEqual([]))

  it.each<[string, Partial<Live>, string[]]>([
    [
      'no network',
      {
        gateways: byId(prod),
        links: byId({ ...spend, ...lost }),
        app: byId({ id: 'network', severity: 'warning', title: '', text: '', at: 1 }),
      },
      ['You are offline. Showing data from 14:02. Alerts resume when the network is back.'],
    ],
    [
      'a gateway that does not answer while another does',
      { gateways: byId(prod, staging), links: byId({ ...spend, ...lost }, { ...nav, ...lost }) },
      ['prod does not answer since 14:02 (timeout). Your network is fine; staging answers.'],
    ],
    [
      'a gateway that does not answer any more, a hub of which was down before',
      {
        gateways: byId(prod),
        links: byId({ ...spend, ...lost }, { ...nav, ...lost, lostAt: at1402 - 3_600_000 }),
      },
      ['prod does not answer since 14:02 (timeout). It is tried again by itself.'],
    ],
    [
      'a hub that is down, with values read instead',
      {
        gateways: byId(prod),
        links: byId({ ...spend, ...lost }, nav),
        deliveries: byId({
          id: 'prod/spend',
          gateway: 'prod',
          topic: 'spend',
          delivery: 'polled',
          intervalMs: 30_000,
          sources: ['rest:logs'],
          partly: false,
          reason: 'Live updates are not connected: timeout; checked every 30 s.',
          since: lost.lostAt,
        }),
      },
      ['Live updates paused on prod (spend). Read every 30 s instead.'],
    ],
    [
      'a hub that never was up, as where an address is wrong',
      {
        gateways: byId(prod),
        links: byId({ ...spend, ...lost, state: 'connecting', lostAt: 0, since: at1402 }, nav),
      },
      [
        'prod: spend could not be connected yet (timeout). Is the address of Core right? It is tried again by itself.',
      ],
    ],
    [
      'a hub that never was up beside others at the same address',
      {
        gateways: byId(prod),
        links: byId(
          { ...spend, ...lost, state: 'connecting', lostAt: 0, since: at1402 },
          aLink({ ...spend, id: 't', hub: 'tasks' }),
          nav,
        ),
      },
      ['prod: spend could not be connected yet (timeout). It is tried again by itself.'],
    ],
    [
      'a hub that is down, with nothing read instead',
      { gateways: byId(prod), links: byId({ ...spend, ...lost }, nav) },
      ['Live updates paused on prod (spend). What they bring is as of 14:02.'],
    ],
    [
      'hubs of several keys, each named once',
      {
        gateways: byId(prod),
        monitoredKeys: byId(
          aMonitoredKey({ gateway: 'prod', slot: '1', state: 'waiting', label: 'agents' }),
          aMonitoredKey({ gateway: 'prod', slot: '2', state: 'waiting', label: 'crawler' }),
          aMonitoredKey({ gateway: 'prod', slot: '3', state: 'waiting', label: 'batch' }),
        ),
        links: byId(
          nav,
          ...['1', '2', '3'].map((slot) => aLink({ ...spend, ...lost, id: `s${slot}`, slot })),
          ...['1', '2'].map((slot) =>
            aLink({ ...spend, ...lost, hub: 'virtual-key-management', id: `v${slot}`, slot }),
          ),
          aLink({ ...spend, ...lost, hub: 'tasks', id: 't' }),
        ),
      },
      [
        'Live updates paused on prod (spend of 3 keys, virtual-key-management of agents and crawler, tasks). What they bring is as of 14:02.',
      ],
    ],
    [
      'a hub that went down just now',
      { gateways: byId(prod), links: byId({ ...spend, ...lost, lostAt: now - 9000 }, nav) },
      [],
    ],
    [
      'a refused key',
      { gateways: byId(prod), links: byId({ ...spend, state: 'error', class: 'auth' }, nav) },
      ['prod: The gateway refused the key (401). It may have been rotated.'],
    ],
    [
      'a key that nobody has, which nobody refused',
      {
        gateways: byId(prod),
        links: byId({ ...spend, state: 'error', class: 'no_key', cause: 'Its key is not in the keychain.' }),
      },
      ['prod is not being watched. Its key is not in the keychain.'],
    ],
    [
      'a key that the keychain withholds, which that banner tells',
      { gateways: byId(prod), links: byId({ ...spend, state: 'error', class: 'keychain' }) },
      [],
    ],
    [
      'one of three keys that is refused',
      {
        gateways: byId(prod),
        links: byId({ ...spend, slot: '2', state: 'error', class: 'auth' }, nav),
        monitoredKeys: byId(
          aMonitoredKey({ gateway: 'prod', slot: '1', state: 'live' }),
          aMonitoredKey({ gateway: 'prod', slot: '2', state: 'refused', label: 'crawler' }),
          aMonitoredKey({ gateway: 'prod', slot: '3', state: 'live' }),
          aMonitoredKey({ gateway: 'staging', slot: '2', state: 'live' }),
        ),
      },
      [
        'prod: The gateway refused the virtual key “crawler” (401). It may have been rotated. The other 2 virtual keys go on.',
      ],
    ],
    [
      'both keys that are refused',
      {
        gateways: byId(prod),
        links: byId(
          { ...spend, id: 'a', slot: '1', state: 'error', class: 'auth' },
          { ...spend, id: 'b', slot: '2', state: 'error', class: 'auth' },
          nav,
        ),
        monitoredKeys: byId(
          aMonitoredKey({ gateway: 'prod', slot: '1', state: 'refused' }),
          aMonitoredKey({ gateway: 'prod', slot: '2', state: 'refused' }),
        ),
      },
      ['prod: The gateway refused the virtual keys “key 1” and “key 2” (401). They may have been rotated.'],
    ],
    [
      'the master key that is refused',
      {
        gateways: byId(prod),
        links: byId(spend, { ...nav, state: 'error', class: 'auth' }),
        monitoredKeys: byId(aMonitoredKey({ gateway: 'prod', slot: '1', state: 'live' })),
      },
      ['prod: The gateway refused the master key (401). It may have been rotated.'],
    ],
    [
      'the only virtual key and the master key that are refused',
      {
        gateways: byId(prod),
        links: byId(
          { ...spend, slot: '', state: 'error', class: 'auth' },
          { ...nav, state: 'error', class: 'auth' },
        ),
        monitoredKeys: byId(aMonitoredKey({ gateway: 'prod', slot: '1', state: 'refused', name: 'agents' })),
      },
      [
        'prod: The gateway refused the virtual key “agents” and the master key (401). They may have been rotated.',
      ],
    ],
    [
      'a certificate that is not trusted',
      {
        gateways: byId(prod),
        links: byId({ ...spend, state: 'error', class: 'tls', cause: 'issued by "Corp CA"' }, nav),
      },
      ['prod: Certificate not trusted. Issued by "Corp CA".'],
    ],
    [
      'Core and Admin that are gone for different reasons',
      {
        gateways: byId({ ...prod, cause: 'Core: Nobody listens; Admin: No such name.' }),
        links: byId(
          { ...spend, state: 'reconnecting', lostAt: at1402, cause: 'Nobody listens.' },
          { ...nav, state: 'reconnecting', lostAt: at1402, cause: 'No such name.' },
        ),
      },
      [
        'prod does not answer since 14:02 (Core: Nobody listens; Admin: No such name). It is tried again by itself.',
      ],
    ],
    [
      'a gateway that could not be started with new settings',
      {
        gateways: byId(prod),
        links: byId(spend, nav, {
          ...spend,
          id: 'prod/core/all',
          hub: 'all',
          state: 'error',
          class: 'misconfigured',
          cause: 'The file with the certificate authorities, /ca.pem, cannot be used. There is no such file.',
        }),
      },
      [
        'prod goes on with the settings from before. The file with the certificate authorities, /ca.pem, cannot be used. There is no such file.',
      ],
    ],
    [
      'an https address of a port that speaks http',
      {
        gateways: byId(prod),
        links: byId({ ...spend, state: 'error', class: 'no_tls', cause: 'no TLS' }, nav),
      },
      [
        'prod does not speak TLS at its address. The address begins with https. If the gateway is reached by http there, correct it.',
      ],
    ],
    [
      'a hub that the gateway does not offer',
      { gateways: byId(prod), links: byId({ ...spend, state: 'error', class: 'unsupported' }, nav) },
      [],
    ],
    [
      'a connection that was closed by hand',
      { gateways: byId(prod), links: byId({ ...spend, state: 'disconnected' }) },
      [],
    ],
    [
      'a first attempt',
      { gateways: byId(prod), links: byId({ ...spend, state: 'connecting', since: at1402 }) },
      [],
    ],
    [
      'something about Gatewatch itself, but not that it is muted',
      {
        app: byId(
          {
            id: 'notifications',
            severity: 'warning',
            title: 'The system blocks our notifications.',
            text: 'Allow them.',
            at: 1,
          },
          { id: 'mute', severity: 'info', title: 'Muted', text: '', at: now },
        ),
      },
      ['The system blocks our notifications. Allow them.'],
    ],
  ])('%s', (_, of, expected) => expect(says(of)).toEqual(expected))

  it('says that the window is not current, before all else', () => {
    const stale: Sync = { state: 'stale', since: at1402, cause: 'Gatewatch does not answer.' }
    expect(
      says({ gateways: byId(prod), links: byId({ ...spend, state: 'error', class: 'auth' }) }, stale)[0],
    ).toBe('This window is not current. Gatewatch does not answer. Showing data from 14:02; asking again.')
  })
})
