import { act } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { fakeBridge } from '../bridge/fake'
import { aGateway, aKey, aNav, anAlert, aProvider, aTask, aTransaction, usd } from '../bridge/fixtures'
import { emptyLive } from '../bridge/types'
import { scopeStore } from '../live/scope'
import { byId, given, runHook } from '../test/render'
import { bucketOf, useAlerts } from './alerts'
import { together, useRealTimeFeatures } from './connections'
import { useModelDiscovery } from './discovery'
import { useNavigationStateHub } from './navigation'
import { useProviderModels } from './providers'
import { useSpendTracking, useVirtualKeySpend } from './spend'
import { useTaskProgress, useTaskProgressHub } from './tasks'

const prod = aGateway({ id: 'prod', burnPerHour: usd(2), today: usd(20) })
const staging = aGateway({ id: 'staging', burnPerHour: usd(1), today: usd(3) })

describe('useRealTimeFeatures', () => {
  it.each([
    [['connected', 'connected'], 'connected'],
    [['connected', 'reconnecting'], 'partial'],
    [['reconnecting', 'error'], 'error'],
    [['disconnected', 'connecting'], 'connecting'],
    [['', 'connected'], 'connected'],
    [['', ''], ''],
  ])('%j together are %s', (states, whole) => expect(together(states)).toBe(whole))

  it('has core, admin and overall, why, and the soonest attempt', () => {
    given({
      gateways: byId(prod, {
        ...staging,
        core: 'reconnecting',
        overall: 'partial',
        cause: 'timeout',
        nextAt: 5000,
      }),
    })
    const { result } = runHook(useRealTimeFeatures)
    expect(result.current).toMatchObject({
      core: 'partial',
      admin: 'connected',
      overall: 'partial',
      cause: 'timeout',
      nextAt: 5000,
      sync: { state: 'live' },
    })
  })

  it('without any gateway is disconnected', () => {
    given({})
    expect(runHook(useRealTimeFeatures).result.current).toMatchObject({
      core: '',
      admin: '',
      overall: 'disconnected',
    })
  })

  it('connects and disconnects what is looked at', async () => {
    given({ gateways: byId(prod, staging) })
    const bridge = fakeBridge({ live: { ...emptyLive(), gateways: byId(prod, staging) } })
    const { result } = runHook(useRealTimeFeatures, bridge)
    await act(() => result.current.connect())
    expect(bridge.calls).toEqual(['Gateways.Connect("prod")', 'Gateways.Connect("staging")'])
    act(() => scopeStore.setState({ gateway: 'staging' }))
    await act(() => result.current.disconnect())
    await act(() => result.current.reconnect())
    expect(bridge.calls.slice(2)).toEqual(['Gateways.Disconnect("staging")', 'Gateways.Reconnect("staging")'])
  })
})

describe('useNavigationStateHub', () => {
  it('adds up counts, with the oldest sync, and reads again', async () => {
    given({
      gateways: byId(prod, staging),
      nav: byId(
        aNav({ gateway: 'prod', entity: 'provider', count: 4, created: 1, lastSync: 900 }),
        aNav({ gateway: 'staging', entity: 'provider', count: 2, deleted: 3, lastSync: 500 }),
        aNav({ gateway: 'prod', entity: 'virtual_key' }),
      ),
    })
    const bridge = fakeBridge({ live: emptyLive() })
    const { result } = runHook(useNavigationStateHub, bridge)
    expect(result.current.badges.provider).toEqual({
      count: 6,
      uncounted: [],
      created: 1,
      updated: 0,
      deleted: 3,
    })
    expect(result.current.badges.virtual_key.count).toBe(-1)
    expect(result.current.lastSync).toBe(500)
    await act(() => result.current.refresh())
    expect(bridge.calls).toEqual(['Gateways.Refresh("prod")', 'Gateways.Refresh("staging")'])
  })
})

describe('useSpendTracking', () => {
  const keys = byId(
    aKey({ gateway: 'prod', key: '1', total: usd(82), limit: usd(100), lastHour: usd(4), trend: 'up' }),
    aKey({ gateway: 'prod', key: '2', total: usd(96), limit: usd(100), lastHour: usd(1), trend: 'down' }),
    aKey({ gateway: 'prod', key: '3', total: usd(101), limit: usd(100), lastHour: usd(0), trend: 'stable' }),
    aKey({ gateway: 'staging', key: '1', total: usd(5) }),
  )

  it('has what is spent, what is above a threshold, and what came last', () => {
    given({
      gateways: byId(prod, staging),
      keys,
      transactions: byId(
        aTransaction({ id: '9', gateway: 'prod', key: '1', at: 100 }),
        aTransaction({ id: '10', gateway: 'prod', key: '2', at: 200 }),
      ),
    })
    const { result } = runHook(() => useSpendTracking())
    expect(result.current).toMatchObject({ today: usd(23), burnRate: usd(3), trend: 'up' })
    expect(result.current.keys.map((key) => key.id)).toEqual(['prod/3', 'prod/2', 'prod/1', 'staging/1'])
    expect(result.current.alerts.map((alert) => [alert.key.key, alert.level])).toEqual([
      ['3', 'critical'],
      ['2', 'critical'],
      ['1', 'warning'],
    ])
    expect(result.current.overBudget.map((key) => key.key)).toEqual(['3'])
    expect(result.current.transactions.map((transaction) => transaction.id)).toEqual(['10', '9'])
  })

  it('takes other thresholds', () => {
    given({ keys })
    const { result } = runHook(() => useSpendTracking({ warning: 0.95, critical: 1.2 }))
    expect(result.current.alerts.map((alert) => alert.level)).toEqual(['warning', 'warning'])
  })

  it('is the same object as long as nothing it shows has changed', () => {
    given({ keys })
    const { result, rerender } = runHook(() => useSpendTracking())
    const before = result.current
    given({ keys, providers: byId(aProvider({ gateway: 'prod', provider: '1' })) })
    rerender()
    expect(result.current.keys).toBe(before.keys)
    expect(result.current.alerts).toBe(before.alerts)
  })
})

describe('useVirtualKeySpend', () => {
  it.each([
    [
      'a key with a limit',
      aKey({ gateway: 'prod', key: '7', total: usd(30), limit: usd(40) }),
      { percentage: 75, overLimit: false, remaining: usd(10) },
    ],
    [
      'a key over its limit',
      aKey({ gateway: 'prod', key: '7', total: usd(50), limit: usd(40) }),
      { percentage: 125, overLimit: true, remaining: 0 },
    ],
    [
      'a key without one',
      aKey({ gateway: 'prod', key: '7', total: usd(30) }),
      { percentage: null, overLimit: false, remaining: null },
    ],
    [
      'a key without a total',
      aKey({ gateway: 'prod', key: '7', limit: usd(40) }),
      { percentage: null, overLimit: false, remaining: null },
    ],
  ])('tells of %s', (_, key, shown) => {
    given({ keys: byId(key) })
    expect(runHook(() => useVirtualKeySpend('prod/7')).result.current).toMatchObject(shown)
    expect(runHook(() => useVirtualKeySpend('7')).result.current?.id).toBe('prod/7')
  })

  it('is null for what is unknown, and for an own id that two gateways have', () => {
    given({ keys: byId(aKey({ gateway: 'prod', key: '7' }), aKey({ gateway: 'staging', key: '7' })) })
    expect(runHook(() => useVirtualKeySpend('8')).result.current).toBeNull()
    expect(runHook(() => useVirtualKeySpend('7')).result.current).toBeNull()
  })
})

describe('providers', () => {
  const openai = aProvider({
    gateway: 'prod',
    provider: '1',
    name: 'OpenAI',
    models: ['a', 'b'],
    newModels: ['b'],
    discoveredAt: 5,
  })
  const groq = aProvider({ gateway: 'prod', provider: '2', name: 'Groq', health: 'unhealthy' })

  it('useModelDiscovery lists what ails first, and findings newest first', () => {
    given({
      providers: byId(openai, groq),
      discoveries: byId(
        {
          id: '1',
          gateway: 'prod',
          provider: '1',
          name: 'OpenAI',
          models: [],
          new: [],
          source: 'rest:mappings',
          at: 10,
        },
        {
          id: '2',
          gateway: 'prod',
          provider: '1',
          name: 'OpenAI',
          models: [],
          new: ['b'],
          source: 'rest:mappings',
          at: 20,
        },
      ),
    })
    const { result } = runHook(useModelDiscovery)
    expect(result.current.providers.map((provider) => provider.name)).toEqual(['Groq', 'OpenAI'])
    expect(result.current.recent.map((finding) => finding.id)).toEqual(['2', '1'])
    expect(result.current.health).toEqual({ healthy: 1, unhealthy: 1 })
  })

  it('useModelDiscovery lists what fails, then what serves, then what is idle', () => {
    const named = (name: string, of: object) => aProvider({ gateway: 'prod', provider: name, name, ...of })
    const idle = Array.from({ length: 40 }, (_, i) =>
      named(`Idle ${i}`, { health: 'healthy', hourRequests: 0 }),
    )
    given({
      providers: byId(
        ...idle,
        named('Off', { health: 'disabled', hourRequests: 0 }),
        named('Serves little', { health: 'healthy', hourRequests: 12, hourFailed: 0 }),
        named('Serves', { health: 'healthy', hourRequests: 4000, hourFailed: 3 }),
        named('Fails at times', { health: 'unknown', hourRequests: 100, hourFailed: 9 }),
        named('Seen', { health: 'healthy', hourRequests: -1, healthTimeline: `${'.'.repeat(59)}h` }),
        named('Zero mapped', { health: 'unknown', hourRequests: 100, hourFailed: 9, served: 0 }),
        named('Slow', { health: 'degraded', hourRequests: 9 }),
        named('Down', { health: 'unhealthy', hourRequests: 9 }),
      ),
    })
    const names = runHook(useModelDiscovery).result.current.providers.map((provider) => provider.name)
    expect(names.slice(0, 7)).toEqual([
      'Down',
      'Slow',
      'Fails at times',
      'Serves',
      'Serves little',
      'Seen',
      'Idle 0',
    ])
    expect(names.slice(-2)).toEqual(['Zero mapped', 'Off'])
  })

  it('useProviderModels has the models of one', () => {
    given({ providers: byId(openai) })
    expect(runHook(() => useProviderModels('1')).result.current).toMatchObject({
      models: ['a', 'b'],
      newModels: ['b'],
      discoveredAt: 5,
    })
    expect(runHook(() => useProviderModels('9')).result.current).toBeNull()
  })
})

describe('tasks', () => {
  const running = aTask({ gateway: 'prod', task: 't1', progress: 40, startedAt: 2 })
  const image = aTask({ gateway: 'prod', task: 't2', medium: 'image', status: 'queued', startedAt: 3 })

  it('useTaskProgressHub lists by a filter, newest first', () => {
    given({ tasks: byId(running, image) })
    expect(runHook(() => useTaskProgressHub()).result.current.map((task) => task.task)).toEqual(['t2', 't1'])
    expect(
      runHook(() => useTaskProgressHub({ medium: 'video' })).result.current.map((task) => task.task),
    ).toEqual(['t1'])
    expect(runHook(() => useTaskProgressHub({ status: 'failed' })).result.current).toEqual([])
  })

  it('calls back once for each end that is seen, and no longer after unmounting', () => {
    given({ tasks: byId(running, image) })
    const onComplete = vi.fn()
    const onFailed = vi.fn()
    const { unmount } = runHook(() => useTaskProgressHub({ onComplete, onFailed }))
    const done = { ...running, status: 'completed', finishedAt: 9, resultUrl: 'https://x/y' }
    given({ tasks: byId(done, image) })
    given({ tasks: byId({ ...done, updatedAt: 10 }, image) })
    expect(onComplete.mock.calls).toEqual([[done]])
    const failed = { ...image, status: 'failed', finishedAt: 9 }
    given({
      tasks: byId(done, failed, aTask({ gateway: 'prod', task: 'old', status: 'failed', finishedAt: 1 })),
    })
    expect(onFailed.mock.calls).toEqual([[failed]]) // "old" had ended before it was seen
    unmount()
    given({ tasks: byId(running) })
    given({ tasks: byId(done) })
    expect(onComplete).toHaveBeenCalledTimes(1)
  })

  it('useTaskProgress watches one', () => {
    given({ tasks: byId(running, image) })
    const onComplete = vi.fn()
    const { result } = runHook(() => useTaskProgress('t1', { onComplete }))
    expect(result.current?.progress).toBe(40)
    given({
      tasks: byId(
        { ...running, status: 'completed', finishedAt: 9 },
        { ...image, status: 'completed', finishedAt: 9 },
      ),
    })
    expect(onComplete).toHaveBeenCalledTimes(1)
    expect(result.current?.status).toBe('completed')
  })
})

describe('useAlerts', () => {
  const now = Date.now()
  it.each([
    [anAlert({ id: 'a', gateway: 'prod' }), 'open'],
    [anAlert({ id: 'a', gateway: 'prod', severity: 'info' }), 'noted'],
    [anAlert({ id: 'a', gateway: 'prod', acked: true }), 'acked'],
    [anAlert({ id: 'a', gateway: 'prod', silencedUntil: now + 60_000 }), 'snoozed'],
    [anAlert({ id: 'a', gateway: 'prod', silencedUntil: now - 1 }), 'open'],
    [anAlert({ id: 'a', gateway: 'prod', acked: true, inhibitedBy: 'Gateway down' }), 'held'],
    [anAlert({ id: 'a', gateway: 'prod', acked: true, status: 'resolved' }), 'resolved'],
  ])('%# an alert is in one bucket', (alert, bucket) => expect(bucketOf(alert, now)).toBe(bucket))

  it('lists the gravest first and leaves out what is pending', () => {
    given({
      alerts: byId(
        anAlert({ id: 'w', gateway: 'prod', since: 9 }),
        anAlert({ id: 'c', gateway: 'prod', severity: 'critical', since: 1 }),
        anAlert({ id: 'p', gateway: 'prod', status: 'pending' }),
      ),
    })
    expect(runHook(() => useAlerts('open')).result.current.map((alert) => alert.id)).toEqual(['c', 'w'])
    act(() => scopeStore.setState({ gateway: 'staging' }))
    expect(runHook(() => useAlerts()).result.current).toEqual([])
  })
})
