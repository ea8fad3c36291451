import { known } from '../lib/reading'
import { BridgeError } from './errors'
import { type FakeBridge, fakeBridge } from './fake'
import { WORLDS, type World, worldOf } from './fakeWorld'
import { aTransaction, usd } from './fixtures'
import type { Delta, Live } from './types'

/** The door for `?fake` and `?fake=calm`: looks around without a gateway or a Go side. */
export function fakeFromSearch(search: string): FakeBridge {
  const asked = new URLSearchParams(search).get('fake') ?? ''
  const world: World = WORLDS.find((known) => known === asked) ?? 'busy'
  const live = worldOf(world, Date.now())
  if (world === 'loading')
    return fakeBridge({ live, answers: { Live: { Snapshot: () => new Promise(() => {}) } } })
  if (world === 'stale') return staleAfterFirst(live)
  const bridge = fakeBridge({ live, demo: true })
  if (world === 'busy' || world === 'calm') setInterval(() => bridge.push(aSecondOf(live, Date.now())), 900)
  return bridge
}

/** Answers once, then never again: what is shown is old. */
function staleAfterFirst(live: Live): FakeBridge {
  let asked = 0
  const bridge = fakeBridge({
    live,
    answers: {
      Live: {
        Snapshot: async () => {
          if (asked++ > 0) throw new BridgeError('unavailable', 'Gatewatch does not answer.')
          return { seq: 1, live, version: '1.0.0', demo: false }
        },
      },
    },
  })
  setTimeout(() => bridge.pushFrame({ seq: 9, delta: {} }), 600)
  return bridge
}

let number = 9400

/** What changes within a second: one key spends, one task moves on. */
function aSecondOf(live: Live, now: number): Delta {
  const keys = Object.values(live.keys).filter((key) => key.gateway === 'prod' && key.status === 'enabled')
  const key = keys[Math.floor(Math.random() * keys.length)]
  const gateway = live.gateways.prod
  if (!key || !gateway) return {}
  const amount = usd(0.002 + Math.random() * 0.02)
  const total = (known(key.total) ?? 0) + amount
  const spent = {
    ...key,
    total,
    usedRatio: typeof key.limit === 'number' && key.limit > 0 ? total / key.limit : { status: 'unknown' },
    lastAmount: amount,
    updatedAt: now,
    requests: key.requests + 1,
  }
  live.keys[key.id] = spent
  live.gateways.prod = { ...gateway, lastEventAt: now, today: (known(gateway.today) ?? 0) + amount }
  const id = String(++number)
  const delta: Delta = {
    keys: { [key.id]: spent },
    gateways: { prod: live.gateways.prod },
    transactions: {
      [id]: aTransaction({
        id,
        gateway: 'prod',
        key: key.key,
        keyName: key.name,
        amount,
        total,
        model: key.lastModel,
        provider: 'OpenAI',
        at: now,
      }),
    },
    events: {
      [id]: {
        seq: number,
        gateway: 'prod',
        kind: 'spend.recorded',
        severity: 'info',
        source: 'hub:spend',
        text: `${key.name} spent $${(amount / 1e9).toFixed(4)} on ${key.lastModel}`,
        at: now,
      },
    },
    tasks: {},
  }
  for (const task of Object.values(live.tasks)) {
    if (task.status !== 'processing' || task.progress >= 99) continue
    const moved = {
      ...task,
      progress: Math.min(99, task.progress + 0.7),
      remainingMs: Math.max(1000, task.remainingMs - 900),
      updatedAt: now,
    }
    live.tasks[task.id] = moved
    if (delta.tasks) delta.tasks[task.id] = moved
  }
  return delta
}
