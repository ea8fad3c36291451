import { render, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { shows } from './Fact'
import { Spark } from './Spark'

const pathOf = (values: number[]) => {
  const { unmount } = render(<Spark values={values} label="x" fact={shows('key.curve', 'a')} />)
  const path = screen.queryByRole('img')?.querySelector('path')?.getAttribute('d') ?? null
  unmount()
  return path
}

it('has a gap where nothing is known, and is nothing where nothing is', () => {
  expect(pathOf([0, 10, 5])).toBe('M0.0 16.5L36.0 1.5L72.0 9.0')
  expect(pathOf([0, -1, 5])).toBe('M0.0 16.5h1.5M72.0 1.5h1.5')
  expect(pathOf([0, 0])).toBe('M0.0 16.5L72.0 16.5')
  expect([pathOf([-1, -1]), pathOf([3]), pathOf([])]).toEqual([null, null, null])
})
