import { expect, it, vi } from 'vitest'
import { oncePer } from './oncePer'

it('asks once about the same', () => {
  const of = vi.fn((live: object, scope: string) => ({ live, scope }))
  const once = oncePer(of)
  const [one, other] = [{}, {}]
  expect(once(one, 'a')).toBe(once(one, 'a'))
  expect(of).toHaveBeenCalledTimes(1)
  expect(once(other, 'a')).toEqual({ live: other, scope: 'a' })
  expect(once(other, 'b').scope).toBe('b')
  expect(once(one, 'a').live).toBe(one)
  expect(of).toHaveBeenCalledTimes(4)
})
