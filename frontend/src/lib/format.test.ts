import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ago,
  bytes,
  clock,
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

const usd = (dollars: number) => Math.round(dollars * 1e9)

describe('money', () => {
  it.each([
    [0, '$0.00'],
    [usd(1284.2), '$1,284.20'],
    [usd(0.05), '$0.05'],
    [usd(0.0042), '$0.0042'],
    [usd(0.000012), '$0.000012'],
    [15, '$0.000000015'],
    [-usd(2.5), '-$2.50'],
    [2 ** 53, 'too large'],
  ])('%d is %s', (nano, text) => expect(money(nano)).toBe(text))

  it('never shows some money as none', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000_000 }),
        (nano) => /[1-9]/.test(money(nano)) && /[1-9]/.test(fineMoney(nano)),
      ),
    )
  })

  it.each([
    [usd(500), '$500'],
    [usd(411.83), '$412'],
    [usd(3.2), '$3.20'],
  ])('%d is short %s', (nano, text) => expect(shortMoney(nano)).toBe(text))

  it('says a rate, and that one is unknown', () => {
    expect(rate(usd(1.84))).toBe('$1.84/h')
    expect(rate(-1)).toBe('–')
  })
})

describe('percent', () => {
  it.each([
    [0.8236, '82 %'],
    [0.8999, '89 %'],
    [0.9, '90 %'],
    [1.0008, '100 %'],
    [-1, '–'],
    [0.29, '29 %'], // 0.29 × 100 is 28.999… in binary
  ])('%d is %s', (share, text) => expect(percent(share)).toBe(text))
})

describe('time', () => {
  it.each([
    [0, '0 s'],
    [9_400, '9 s'],
    [240_000, '4 min'],
    [7_800_000, '2 h 10 min'],
    [7_200_000, '2 h'],
    [273_600_000, '3 d 4 h'],
    [-5, '0 s'],
  ])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text))

  it('says how long ago', () => {
    expect(ago(1500)).toBe('now')
    expect(ago(9000)).toBe('9 s ago')
  })

  it('names the day of a time that is not today', () => {
    const now = new Date(2026, 10, 23, 14, 2).getTime()
    expect(clock(now, now)).toBe('14:02')
    expect(clock(now - 86_400_000, now)).toBe('Nov 22, 14:02')
    expect(clock(0, now)).toBe('–')
  })
})

describe('others', () => {
  it.each([
    [999, '999 B'],
    [5_200_000, '5.2 MB'],
    [18_000_000, '18 MB'],
  ])('%d bytes are %s', (n, text) => expect(bytes(n)).toBe(text))

  it('says latency and plurals', () => {
    expect(latency(412.4)).toBe('412 ms')
    expect(latency(1234)).toBe('1.2 s')
    expect(latency(-1)).toBe('–')
    expect(plural(1, 'key')).toBe('1 key')
    expect(plural(3000, 'key')).toBe('3,000 keys')
  })

  it('falls back to English where the system names a language that does not exist', () => {
    expect(usableLocale('C')).toBe('en-US')
    expect(usableLocale('de-DE')).toBe('de-DE')
  })
})
