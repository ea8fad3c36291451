import { expect, it } from 'vitest'
import { dayOf } from './days'

it('a date is the local day from its beginning to its end', () => {
  expect(dayOf('2026-03-29')).toBe(new Date(2026, 2, 29).getTime())
  expect(dayOf('2026-03-29', 1)).toBe(new Date(2026, 2, 30).getTime())
  expect(dayOf('2026-12-31', 1)).toBe(new Date(2027, 0, 1).getTime())
  expect([dayOf(''), dayOf('29.3.'), dayOf('0')]).toEqual([0, 0, 0])
})
