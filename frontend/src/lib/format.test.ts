import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ago,
  amountOf,
  bytes,
  clock,
  count,
  duration,
  fineMoney,
  latency,
  money,
  percent,
  plural,
  rate,
  shortMoney,
  usableLocale,
} from './format'

type Cell = number | string | number[] | null

/** The cases that Go's formatter is held to as well. */
const GOLDEN = JSON.parse(readFileSync('../internal/core/text/testdata/format.json', 'utf8')) as Record<
  string,
  Cell[][]
>

/** A local time of year, month (1–12), day, hour, minute; 0 where there is none. */
function moment(parts: unknown): number {
  if (!Array.isArray(parts)) return 0
  const [year, month, day, hour, minute] = parts as [number, number, number, number, number]
  return new Date(year, month - 1, day, hour, minute).getTime()
}

const FORMATTERS: Record<string, (...of: never[]) => string> = {
  money,
  shortMoney,
  rate,
  share: percent,
  count,
  plural: (n: number, one: string) => plural(n, one),
  bytes,
  latency,
  duration,
  age: ago,
  moneyOf: (part: number, whole: number) => amountOf(part, whole, money),
  shortMoneyOf: (part: number, whole: number) => amountOf(part, whole),
  clock: (at: unknown, now: unknown) => clock(moment(at), moment(now)),
}

it('has a formatter for each list of golden cases', () => {
  expect(Object.keys(FORMATTERS).sort()).toEqual(Object.keys(GOLDEN).sort())
})

describe.each(Object.entries(GOLDEN))('%s', (name, cases) => {
  it.each(cases.map((c) => [c.at(-1), c.slice(0, -1)]))('writes %s', (text, of) => {
    expect(FORMATTERS[name]?.(...(of as never[]))).toBe(text)
  })
})

describe('money', () => {
  it('says what is too large', () => {
    expect([money(2 ** 53), fineMoney(2 ** 53), shortMoney(2 ** 53)]).toEqual([
      'too large',
      'too large',
      'too large',
    ])
  })

  it.each([
    [15, '$0.000000015'],
    [4_250_000, '$0.0042'],
    [42_550_000, '$0.0426'],
    [42_450_000, '$0.0424'],
    [1_005_000_000, '$1.00'],
    [-42_000_000, '-$0.0420'],
  ])('%d of one request is %s', (nano, text) => expect(fineMoney(nano)).toBe(text))

  it('never shows some money as none', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000_000 }),
        (nano) => /[1-9]/.test(money(nano)) && /[1-9]/.test(fineMoney(nano)),
      ),
    )
  })
})

describe('percent', () => {
  it('never says 100 % of what is less', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (share) => percent(share) !== '100 %',
      ),
    )
    expect(percent(1 - Number.EPSILON / 2)).toBe('99 %')
  })
})

describe('others', () => {
  it('falls back to English where the system names a language that does not exist', () => {
    expect(usableLocale('C')).toBe('en-US')
    expect(usableLocale('de-DE')).toBe('de-DE')
  })
})
