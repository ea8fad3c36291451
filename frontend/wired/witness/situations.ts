import { expect } from 'vitest'
import type { Options, Program } from '../program'
import { zoneOfDay } from '../zones'
import { settled } from './walk'
import type { Situation } from './witness'

/** A world that stands still, so that every number of it can be known. */
export const STILL = `dialect conduit
have group 1 Platform credit=100 spent=20
have group 2 Research credit=10 spent=3
have key 1 platform-api group=Platform
have key 2 research-batch group=Research
have key 3 mobile-app group=Platform
have provider 1 openai type=OpenAI latency=410
have provider 2 groq type=Groq latency=95
have mapping 1 chat-default openai gpt-5.2
have mapping 2 bulk groq llama-4-8b
have setting Retention.Days 30
have log 40 over=30m
`

/** How a situation comes about: what is started, and what happens until somebody looks. */
export type Made = {
  name: string
  /** Only with GATEWATCH_LONG. */
  long?: boolean
  /** Only where the build's clock can be moved. */
  clock?: boolean
  options?: Options
  act?: (p: Program) => Promise<Partial<Situation> | undefined>
}

export const CALLS = [
  'chat platform-api model=chat-default cost=0.0123',
  'chat research-batch model=bulk cost=0.0456',
  'chat mobile-app model=chat-default cost=0.00012',
  'flush',
]

/** Plays lines and waits until the program has read what came of them. */
export async function played(p: Program, ...lines: string[]): Promise<void> {
  await p.play(...lines)
  await settled(p)
}

const dollars = (n: number) => Math.round(n * 1e9)

/** What odd values a gateway can give for a group's balance. */
const odd = (name: string, value: string, long = true): Made => ({
  name: `a balance that is ${name}`,
  long,
  act: async (p) => {
    await p.connected('gateway')
    await played(p, ...CALLS, `odd group 2 balance ${value}`)
    return undefined
  },
})

export const SITUATIONS: readonly Made[] = [
  {
    name: 'all is well',
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS, 'setting Retention.Days 31', 'key create 4 new-key group=Research')
      return { beyond: true }
    },
  },
  {
    name: 'wrong keys',
    options: { virtualKey: 'not-a-key', masterKey: 'not-a-master-key' },
    act: async (p) => {
      await p.play(...CALLS)
      await p.becomes('error')
      return {
        beyond: true,
        sees: { core: false, admin: false },
        has: { core: true, admin: true },
      }
    },
  },
  {
    name: 'only the virtual key',
    long: true,
    options: { masterKey: null },
    act: async (p) => {
      await p.becomes('connected', 'partial')
      await p.play(...CALLS)
      await p.page.waitForTimeout(3000)
      return { sees: { core: true, admin: false } }
    },
  },
  {
    name: 'only the master key',
    options: { virtualKey: null },
    act: async (p) => {
      await p.becomes('connected', 'partial')
      await played(p, ...CALLS)
      return { sees: { core: false, admin: true } }
    },
  },
  odd('null', 'null'),
  odd('missing', 'missing'),
  odd('negative', '-1.5'),
  odd('tiny', '0.00000123'),
  odd('huge', '900719925.5'),
  odd('nothing', '0'),
  {
    name: 'after a restart on the same day',
    long: true,
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      await p.stop()
      await p.play('chat platform-api model=chat-default cost=0.31', 'flush')
      await p.startGatewatch()
      await p.load()
      await p.connected('gateway')
      await settled(p)
      return undefined
    },
  },
  {
    name: 'a batch, a top-up and an adjustment',
    long: true,
    act: async (p) => {
      await p.connected('gateway')
      await p.play(...CALLS)
      const at = Date.now()
      await p.play(
        'batch spend platform-api 1.25 by=platform-api over=1s',
        'batch spend research-batch 0.5 by=platform-api over=1s',
      )
      await p.page.waitForTimeout(2500)
      await p.play('credit Research 50', 'credit Platform -2')
      // What no row of the log explains is looked for in a group's books once its minute is over.
      await expect
        .poll(
          async () => {
            const { groups } = await p.live()
            return [groups['gateway/1']?.adjusted, groups['gateway/1']?.noKey, groups['gateway/2']?.noKey]
          },
          { timeout: 240_000, interval: 1000 },
        )
        .toEqual([dollars(2), 0, 0])
      await settled(p)
      return {
        batches: [
          { gateway: 'gateway', key: '1', amount: dollars(1.25), at },
          { gateway: 'gateway', key: '2', amount: dollars(0.5), at },
        ],
        beyond: true,
      }
    },
  },
  {
    name: 'a key that moved, one that was deleted, another price',
    long: true,
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      const until = p.now()
      await played(
        p,
        'key update mobile-app group=Research',
        'chat mobile-app model=chat-default cost=0.2',
        'mapping update chat-default price=9/30',
        'chat platform-api model=chat-default in=1000 out=1000',
        'flush',
        'key delete research-batch',
      )
      // A key that is in no list is looked for twice.
      await expect
        .poll(
          async () => {
            await settled(p)
            return (await p.live()).keys['gateway/2']?.status
          },
          { timeout: 60_000 },
        )
        .toBe('deleted')
      return { names: ['research-batch'], moves: [{ key: '3', group: '1', until }] }
    },
  },
  {
    name: 'a group without keys, and one that was never given anything',
    long: true,
    options: { world: `${STILL}have group 3 Empty credit=5\nhave group 4 Nothing\n` },
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      return undefined
    },
  },
  {
    name: 'more than 500 transactions',
    long: true,
    options: { world: `${STILL}have debits 620 Platform 0.01\n` },
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      await settled(p)
      return undefined
    },
  },
  {
    name: 'a list that may not be read',
    long: true,
    options: { barred: '/api/virtualkeygroups' },
    act: async (p) => {
      await p.connected('gateway')
      await p.play(...CALLS)
      await expect
        .poll(async () => (await p.live()).pollTargets['gateway/rest:groups']?.outcome, { timeout: 60_000 })
        .toBe('barred')
      await settled(p)
      return { forbidden: ['groups'] }
    },
  },
  {
    name: 'a gateway of which nobody may know what it is',
    long: true,
    options: { barred: '/api/' },
    act: async (p) => {
      await p.becomes('connected', 'partial')
      await p.play(...CALLS)
      await p.page.waitForTimeout(3000)
      return { sees: { core: true, admin: false }, has: { core: true, admin: true } }
    },
  },
  {
    name: 'no keychain',
    long: true,
    options: { keychain: false },
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      return undefined
    },
  },
  {
    name: 'a day that began a few minutes ago',
    long: true,
    get options() {
      return { zone: zoneOfDay(12) } // when it is played
    },
    act: async (p) => {
      await p.connected('gateway')
      await played(p, ...CALLS)
      return undefined
    },
  },
]
