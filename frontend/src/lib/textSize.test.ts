import { expect, it } from 'vitest'
import { stepOf } from './textSize'

it('goes to the next size, also from one between two, and no further than the last', () => {
  expect(stepOf(100, '+')).toBe(110)
  expect(stepOf(100, '=')).toBe(110)
  expect(stepOf(115, '+')).toBe(125)
  expect(stepOf(115, '-')).toBe(110)
  expect(stepOf(200, '+')).toBe(200)
  expect(stepOf(70, '-')).toBe(70)
  expect(stepOf(175, '0')).toBe(100)
  expect(stepOf(100, 'k')).toBeUndefined()
})
