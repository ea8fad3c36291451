import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BridgeError } from '../bridge/errors'
import { fakeBridge } from '../bridge/fake'
import { aKey, usd } from '../bridge/fixtures'
import type { Snapshot } from '../bridge/types'
import { aLive, byId } from '../test/render'
import { liveStore } from './store'
import { RETRY_MS, startSync } from './sync'

const key = aKey({ gateway: 'prod', key: '1', total: usd(1) })
const withTotal = (dollars: number) => ({ keys: { [key.id]: { ...key, total: usd(dollars) } } })
const total = () => liveStore.getState().live.keys[key.id]?.total
const state = () => liveStore.getState().sync.state
const snapshots = (bridge: { calls: readonly string[] }) =>
  bridge.calls.filter((call) => call === 'Live.Snapshot()').length

describe('startSync', () => {
  let stop = () => {}
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => stop())

  it('reads a snapshot, then follows the frames', async () => {
    const bridge = fakeBridge({ live: aLive({ keys: byId(key) }), version: '7.8.9', demo: true })
    stop = startSync(bridge)
    expect(state()).toBe('loading')
    await vi.advanceTimersByTimeAsync(0)
    expect(state()).toBe('live')
    expect(total()).toBe(usd(1))
    expect(liveStore.getState()).toMatchObject({ version: '7.8.9', demo: true })
    bridge.push(withTotal(2))
    bridge.push(withTotal(3))
    expect(total()).toBe(usd(3))
    expect(snapshots(bridge)).toBe(1)
  })

  it('keeps frames that overtake the snapshot, and drops those already in it', async () => {
    let answer: (snapshot: Snapshot) => void = () => {}
    const bridge = fakeBridge({
      live: aLive(),
      answers: {
        Live: {
          Snapshot: () =>
            new Promise((resolve) => {
              answer = resolve
            }),
        },
      },
    })
    stop = startSync(bridge)
    bridge.pushFrame({ seq: 4, delta: withTotal(4) })
    bridge.pushFrame({ seq: 5, delta: withTotal(5) })
    bridge.pushFrame({ seq: 6, delta: withTotal(6) })
    answer({ seq: 5, live: aLive({ keys: byId({ ...key, total: usd(50) }) }), version: '', demo: false })
    await vi.advanceTimersByTimeAsync(0)
    // 4 and 5 are older than the snapshot; 6 is newer.
    expect(total()).toBe(usd(6))
  })

  it('asks again when a number is missing', async () => {
    const bridge = fakeBridge({ live: aLive({ keys: byId(key) }) })
    stop = startSync(bridge)
    await vi.advanceTimersByTimeAsync(0)
    bridge.lose(3)
    bridge.push(withTotal(9))
    expect(total()).toBe(usd(1)) // not applied on top of a hole
    await vi.advanceTimersByTimeAsync(0)
    expect(total()).toBe(usd(9))
    expect(snapshots(bridge)).toBe(2)
    bridge.push(withTotal(10))
    expect(total()).toBe(usd(10))
    expect(snapshots(bridge)).toBe(2)
  })

  it('ignores a frame that comes twice or late', async () => {
    const bridge = fakeBridge({ live: aLive({ keys: byId(key) }) })
    stop = startSync(bridge)
    await vi.advanceTimersByTimeAsync(0)
    bridge.push(withTotal(2))
    bridge.pushFrame({ seq: 2, delta: withTotal(99) })
    bridge.pushFrame({ seq: 1, delta: withTotal(99) })
    expect(total()).toBe(usd(2))
  })

  it('says that it is stale while snapshots fail, keeps what it has, and asks again after a second', async () => {
    let broken = false
    const live = aLive({ keys: byId(key) })
    const bridge = fakeBridge({
      live,
      answers: {
        Live: {
          Snapshot: async () => {
            if (broken) throw new BridgeError('unavailable', 'Gatewatch does not answer.')
            return { seq: 1, live, version: '', demo: false }
          },
        },
      },
    })
    stop = startSync(bridge)
    await vi.advanceTimersByTimeAsync(0)
    broken = true
    bridge.pushFrame({ seq: 40, delta: {} })
    await vi.advanceTimersByTimeAsync(0)
    expect(liveStore.getState().sync).toMatchObject({ state: 'stale', cause: 'Gatewatch does not answer.' })
    expect(total()).toBe(usd(1))
    broken = false
    await vi.advanceTimersByTimeAsync(RETRY_MS)
    expect(state()).toBe('live')
  })

  it('asks at the next frame while it is stale, without waiting for the second', async () => {
    let broken = true
    const bridge = fakeBridge({
      live: aLive(),
      answers: {
        Live: {
          Snapshot: async () => {
            if (broken) throw new Error('no')
            return { seq: 8, live: aLive({ keys: byId(key) }), version: '', demo: false }
          },
        },
      },
    })
    stop = startSync(bridge)
    await vi.advanceTimersByTimeAsync(0)
    expect(state()).toBe('stale')
    broken = false
    bridge.pushFrame({ seq: 9, delta: withTotal(9) })
    await vi.advanceTimersByTimeAsync(0)
    expect(state()).toBe('live')
    expect(total()).toBe(usd(9))
  })

  it('asks again when the window becomes visible', async () => {
    const bridge = fakeBridge({ live: aLive({ keys: byId(key) }) })
    stop = startSync(bridge)
    await vi.advanceTimersByTimeAsync(0)
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(0)
    expect(snapshots(bridge)).toBe(2)
  })

  it('leaves nothing behind when it is stopped', async () => {
    const bridge = fakeBridge({ live: aLive({ keys: byId(key) }) })
    stop = startSync(bridge)
    await vi.advanceTimersByTimeAsync(0)
    stop()
    expect(bridge.listeners).toBe(0)
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(5000)
    expect(snapshots(bridge)).toBe(1)
  })
})
