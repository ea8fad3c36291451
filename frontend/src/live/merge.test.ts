import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aKey, anEvent, aProvider, usd } from '../bridge/fixtures'
import type { Delta, KeySpend, Live } from '../bridge/types'
import { aLive, byId } from '../test/render'
import { merge, NEWEST, reconcile } from './merge'

const a = aKey({ gateway: 'prod', key: '1', total: usd(1) })
const b = aKey({ gateway: 'prod', key: '2', total: usd(2) })
const openai = aProvider({ gateway: 'prod', provider: '1' })

describe('merge', () => {
  it('changes what changed and keeps the identity of all else', () => {
    const live = aLive({ keys: byId(a, b), providers: byId(openai) })
    const newer = { ...a, total: usd(5) }
    const next = merge(live, { keys: { [a.id]: newer } })
    expect(next.keys[a.id]).toBe(newer)
    expect(next.keys[b.id]).toBe(b)
    expect(next.providers).toBe(live.providers)
    expect(next.keys).not.toBe(live.keys)
    expect(live.keys[a.id]).toBe(a)
  })

  it('takes out what is gone', () => {
    const next = merge(aLive({ keys: byId(a, b) }), { keys: { [a.id]: null } })
    expect(next.keys).toEqual(byId(b))
  })

  it('keeps as many of the newest lines as Go does, however many come', () => {
    let live = aLive()
    for (let seq = 99_900; seq < 101_000; seq += 25) {
      const lines = Array.from({ length: 25 }, (_, i) => anEvent({ seq: seq + i }))
      live = merge(live, { events: Object.fromEntries(lines.map((line) => [String(line.seq), line])) })
    }
    expect(Object.keys(live.events).map(Number)).toEqual(Array.from({ length: 200 }, (_, i) => 100_800 + i))
    live = merge(live, { events: { '7': anEvent({ seq: 7 }) } }) // one that was amended, and is in the list no more
    expect(Object.keys(live.events)).toHaveLength(200)
    expect(live.events['7']).toBeUndefined()
    const go = readFileSync('../internal/core/state/state.go', 'utf8')
    for (const [topic, most] of Object.entries(NEWEST))
      expect(new RegExp(`^\\tmax${topic} += ${most}\\b`, 'im').test(go), topic).toBe(true)
  })

  it('leaves out topics that it does not know', () => {
    const live = aLive({ keys: byId(a) })
    expect(merge(live, { weather: { x: { id: 'x' } } } as unknown as Delta)).toEqual(live)
  })

  it('comes to the same whether deltas arrive one by one or merged', () => {
    const ids = ['1', '2', '3']
    const change = fc.tuple(
      fc.constantFrom(...ids),
      fc.option(fc.integer({ min: 0, max: 1000 }), { nil: null }),
    )
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 12 }), (rounds) => {
        const deltas = rounds.map(
          (round): Delta => ({
            keys: Object.fromEntries(
              round.map(([key, total]) => [
                `prod/${key}`,
                total === null ? null : aKey({ gateway: 'prod', key, total }),
              ]),
            ),
          }),
        )
        const one = deltas.reduce<Live>(merge, aLive())
        const all: Delta = {
          keys: Object.assign({}, ...deltas.map((delta) => delta.keys)) as Record<string, KeySpend | null>,
        }
        expect(one).toEqual(merge(aLive(), all))
      }),
    )
  })
})

describe('adopt', () => {
  it('keeps the identity of a topic in which nothing differs', () => {
    const live = aLive({ keys: byId(a, b), providers: byId(openai) })
    const next = reconcile(live, structuredClone(live))
    for (const topic of Object.keys(live) as (keyof Live)[]) expect(next[topic]).toBe(live[topic])
  })

  it('keeps the identity of things that are the same beside one that is not', () => {
    const live = aLive({ keys: byId(a, b) })
    const fresh = structuredClone(live)
    fresh.keys[a.id] = { ...a, total: usd(9) }
    const next = reconcile(live, fresh)
    expect(next.keys[a.id]?.total).toBe(usd(9))
    expect(next.keys[b.id]).toBe(b)
  })

  it('sees a difference within a list', () => {
    const live = aLive({ providers: byId({ ...openai, models: ['a', 'b'] }) })
    const fresh = aLive({ providers: byId({ ...openai, models: ['a', 'c'] }) })
    expect(reconcile(live, fresh).providers[openai.id]?.models).toEqual(['a', 'c'])
  })

  it('drops what a snapshot does not have', () => {
    expect(reconcile(aLive({ keys: byId(a, b) }), aLive({ keys: byId(b) })).keys).toEqual(byId(b))
  })
})
