import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { Program } from '../program'
import { zoneOfDay } from '../zones'
import { readBooks } from './books'
import { CALLS, type Made, played, STILL } from './situations'
import { settled } from './walk'
import type { Batch } from './world'

const LATER = 'chat platform-api model=chat-default cost=0.31'

/** Waits until what was missed is read from the log, a page each two seconds. */
async function caughtUp(p: Program): Promise<void> {
  let [before, same] = ['', 0]
  await expect
    .poll(
      async () => {
        await settled(p, 4000)
        const live = await p.live()
        const now = JSON.stringify([
          Object.values(live.gateways).map((one) => [one.today, one.todayNoKey, one.todayUnlogged]),
          Object.values(live.keys).map((one) => [one.today, one.total]),
        ])
        same = now === before ? same + 1 : 0
        before = now
        // Today is known once the whole day of the log was read.
        return same >= 2 && Object.values(live.gateways).every((one) => typeof one.today === 'number')
      },
      { timeout: 240_000, interval: 1000 },
    )
    .toBe(true)
}

/** Has the page ask for everything anew: a chart by the minute is asked for at each minute's turn. */
async function anew(p: Program): Promise<void> {
  await p.page.reload()
  await p.page.locator('main[aria-busy=false]').waitFor()
}

/** The gateway is out of reach for a while, in which it goes on; who looks does so then, or afterwards. */
const gone = (name: string, minutes: number, back: boolean): Made => ({
  name: `the gateway ${back ? 'was' : 'is'} out of reach for ${name}`,
  long: true,
  clock: true,
  act: async (p) => {
    await p.connected('gateway')
    await played(p, ...CALLS)
    const before = await readBooks(p.books, p.master) // nobody can ask once it is gone
    await p.play('listen off core', 'listen off admin')
    await p.passes((minutes / 2) * 60)
    await p.play(LATER, 'flush')
    await p.passes((minutes / 2) * 60)
    await expect
      .poll(async () => Object.values((await p.live()).gateways).map((one) => one.overall), {
        timeout: 60_000,
      })
      .not.toContain('connected')
    if (!back) return { answers: false, away: true, more: [['gateway', before]] }
    await p.play('listen on core', 'listen on admin')
    await p.page.evaluate(async () => {
      const { go } = window as unknown as {
        go: { app: { Gateways: { Refresh(id: string): Promise<void> } } }
      }
      await go.app.Gateways.Refresh('')
    })
    await p.connected('gateway')
    await caughtUp(p)
    await anew(p)
    return undefined
  },
})

/** A scenario of the demo, told in half a minute up to where it stands still. */
const scene = (name: string): Made => ({
  name: `the scenario ${name}`,
  long: true,
  options: { world: stilled(name), demo: ['--speed', '8'] },
  act: async (p) => {
    const batches = batchesOf(stilled(name), p.now())
    await p.page.waitForTimeout(30_000)
    await p.play('still', 'flush')
    await p.connected('gateway')
    await caughtUp(p)
    await anew(p)
    return { batches, unheard: true, lost: name === 'database-down' }
  },
})

/** What batches of a scenario spend, of which the gateway's books name the group only. */
function batchesOf(world: string, at: number): Batch[] {
  const ids = new Map(
    [...world.matchAll(/^have key (\d+) (\S+)/gm)].map(([, id = '', key = '']) => [key, id]),
  )
  return [...world.matchAll(/\bbatch spend (.*)$/gm)].flatMap(([, line = '']) =>
    [...line.matchAll(/(\S+) ([\d.]+)(?= |$)/g)].map(([, key = '', usd]) => ({
      gateway: 'gateway',
      key: ids.get(key) ?? '',
      amount: Math.round(Number(usd) * 1e9),
      at,
    })),
  )
}

/** What is left out: what goes on for ever, and batches of which nobody but the hub tells what each key had. */
const NOT_PLAYED = /^(\S+\s+)?(begin|loop)\b|\bbatches keys=|batch spend .* to=/

/** A scenario up to two and a half of its minutes, and then nothing more. */
function stilled(name: string): string {
  const text = readFileSync(
    `${import.meta.dirname}/../../../internal/tools/demo/scenarios/conduit/${name}.txt`,
    'utf8',
  )
  const seconds = (line: string) => {
    const [, n = '', unit = ''] = /^(\d+)(s|m)\b/.exec(line) ?? []
    return n === '' ? 0 : Number(n) * (unit === 'm' ? 60 : 1)
  }
  const kept = text.split('\n').filter((line) => seconds(line) < 150 && !NOT_PLAYED.test(line))
  return `${kept.join('\n')}\n150s still\n`
}

const SCENES = [
  'balance-runs-out',
  'database-down',
  'event-bus-down',
  'gateway-restart',
  'key-disabled',
  'office-hours',
  'provider-401',
  'redis-down',
  'runaway',
  'uncharged',
]

export const HARDSHIPS: readonly Made[] = [
  {
    name: 'two gateways',
    long: true,
    act: async (p) => {
      await p.connected('gateway')
      const other = await p.another(
        `${STILL.replace('credit=10 spent=3', 'credit=40 spent=11')}have key 4 night-shift group=Research\n`,
        'Second',
      )
      await played(p, ...CALLS)
      await caughtUp(p)
      await anew(p)
      return { gateway: 'gateway', more: [[other.id, await readBooks(other.books, other.master)]] }
    },
  },
  {
    name: 'asleep for two hours',
    long: true,
    clock: true,
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      p.freeze(true)
      await p.passes(3600, true)
      await p.play(LATER, 'flush')
      await p.passes(3600, true)
      p.freeze(false)
      await p.page.waitForTimeout(7000) // the clock is looked at each five seconds
      await p.connected('gateway')
      await caughtUp(p)
      await anew(p)
      return undefined
    },
  },
  gone('2 min', 2, true),
  gone('2 h', 120, true),
  gone('2 min, and still', 2, false),
  gone('2 h, and still', 120, false),
  {
    name: 'midnight passes',
    long: true,
    clock: true,
    get options() {
      return { zone: zoneOfDay(-4) } // when it is played
    },
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      await p.passes(300)
      await p.play(LATER, 'flush')
      await caughtUp(p)
      await anew(p)
      return undefined
    },
  },
  {
    name: 'a restart over midnight',
    long: true,
    clock: true,
    get options() {
      return { zone: zoneOfDay(-4) } // when it is played
    },
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      await p.stop()
      await p.passes(300)
      await p.play(LATER, 'flush')
      await p.startGatewatch()
      await p.load()
      await p.connected('gateway')
      await caughtUp(p)
      await anew(p)
      return undefined
    },
  },
  {
    name: 'a restart in another time zone',
    long: true,
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      await p.stop()
      await p.play(LATER, 'flush')
      await p.startIn(zoneOfDay(11))
      await p.connected('gateway')
      await caughtUp(p)
      await anew(p)
      return undefined
    },
  },
  {
    name: 'more than 1,000 rows of the log in a gap',
    long: true,
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      await p.stop()
      await p.play(
        ...Array.from(
          { length: 1100 },
          (_, i) => `chat ${i % 3 ? 'mobile-app' : 'research-batch'} model=bulk cost=0.0002`,
        ),
        'flush',
      )
      await p.startGatewatch()
      await p.load()
      await p.connected('gateway')
      await caughtUp(p)
      await anew(p)
      return undefined
    },
  },
  {
    name: 'limits removed',
    long: true,
    options: { world: `${STILL}have group 3 Nothing\n` },
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      const until = p.now()
      await played(p, 'key update mobile-app group=Nothing', 'key update research-batch group=Nothing')
      return {
        moves: [
          { key: '3', group: '1', until },
          { key: '2', group: '2', until },
        ],
      }
    },
  },
  ...SCENES.map(scene),
]
