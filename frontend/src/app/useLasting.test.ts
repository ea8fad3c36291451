import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { OverallState } from '../bridge/types'
import { LASTING_MS, useLasting } from './useLasting'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const begin = (state: OverallState) =>
  renderHook(({ is }: { is: OverallState }) => useLasting(is), { initialProps: { is: state } })
const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms))

it('says a loss that lasts, though it is now this and now that', () => {
  const { result, rerender } = begin('connected')
  for (let i = 0; i < 6; i++) {
    rerender({ is: i % 2 === 0 ? 'reconnecting' : 'partial' })
    expect(result.current).toBe(i * 500 < LASTING_MS ? 'connected' : 'partial')
    pass(500)
  }
  rerender({ is: 'reconnecting' })
  expect(result.current).toBe('reconnecting')
  rerender({ is: 'connected' })
  pass(0)
  expect(result.current).toBe('connected')
})

it('says no short loss, and what is there from the beginning at once', () => {
  const { result, rerender } = begin('connected')
  rerender({ is: 'reconnecting' })
  pass(LASTING_MS - 1)
  expect(result.current).toBe('connected')
  rerender({ is: 'connected' })
  pass(LASTING_MS)
  expect(result.current).toBe('connected')
  expect(begin('partial').result.current).toBe('partial')
})

it('says at once how another gateway is, or the present after a replay', () => {
  const { result, rerender } = renderHook(
    ({ is, of }: { is: OverallState; of: string }) => useLasting(is, of),
    { initialProps: { is: 'disconnected' as OverallState, of: 'then' } },
  )
  rerender({ is: 'partial', of: 'now' })
  expect(result.current).toBe('partial')
})
