import { describe, expect, it } from 'vitest'
import { asOf, known, moneyOf, order, partOf, type Reading, rateOf, sumOf } from './reading'

const unknown = { status: 'unknown', why: 'The gateway sent null.' }

describe('a reading', () => {
  it.each([
    [0, '$0.00'],
    [2_500_000_000, '$2.50'],
    [unknown, 'not known'],
    [{ status: 'too_large' }, 'too large to show'],
    [{ status: 'none' }, 'none'],
    [{ status: 'forbidden' }, 'no permission'],
    [{ status: 'not_offered' }, 'not offered'],
    [{ status: 'stale', value: 1_000_000_000, since: 5 }, '$1.00'],
  ])('%j is shown as %s', (reading, text) => {
    expect(moneyOf(reading)).toBe(text)
  })

  it('that is a lower bound is said to be one, as a part and as a whole', () => {
    const some = { status: 'partial', value: 217_000_000 }
    expect(moneyOf(some)).toBe('at least $0.22')
    expect(partOf(some, 220_000_000)).toBe('at least $0.217 of $0.22')
    expect(partOf(1_000_000_000, some)).toBe('$1.00 of at least $0.22')
    expect(rateOf(some)).toBe('at least $0.22/h')
    expect(partOf(1_000_000_000, 2_000_000_000)).toBe('$1.00 of $2.00')
  })

  it('in a sum keeps both its age and that it is a lower bound', () => {
    const at = new Date(2026, 11, 1, 2, 30).getTime()
    const partial: Reading = { status: 'partial', value: 2e9, why: 'not all' }
    const stale: Reading = { status: 'stale', value: 1e9, since: at, why: 'refused' }
    for (const both of [[{ ...partial, since: at }], [partial, stale], [stale, partial, 5e9]]) {
      const sum = sumOf(both)
      expect(moneyOf(sum)).toMatch(/^at least /)
      expect(asOf(sum)).not.toBe('')
    }
    expect(moneyOf(sumOf([stale, 1e9]))).toBe('$2.00')
    expect(moneyOf(sumOf([2e9, unknown]))).toBe('at least $2.00')
    expect(moneyOf(sumOf([unknown]))).toBe('not known')
  })

  it('is no number where none is known', () => {
    expect(known(unknown)).toBeNull()
    expect([5, unknown, -1].sort(order)).toEqual([unknown, -1, 5])
  })
})
