import { act, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tickAlong, useTicking } from './time'

/** When the clock was looked at. */
let looked = new Set<number>()

function look(): string {
  const at = Date.now()
  looked.add(at)
  return String(at)
}

function Clock() {
  return <output>{useTicking(look)}</output>
}

/** Passes time, with what changes the page each so many ms. */
function pass(ms: number, changes: number) {
  for (let left = ms; left > 0; left -= changes) {
    act(() => {
      vi.advanceTimersByTime(changes)
      tickAlong()
    })
  }
}

describe('the clock of the page', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    looked = new Set()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('ticks once a second by itself', () => {
    render(<Clock />)
    looked = new Set()
    act(() => {
      vi.advanceTimersByTime(10_000)
    })
    expect(looked.size).toBe(10)
    expect(Number(screen.getByRole('status').textContent)).toBe(Date.now())
  })

  it.each([250, 500, 1000])('ticks with what changes each %d ms, not beside it', (changes) => {
    render(<Clock />)
    pass(3000, changes)
    looked = new Set()
    const began = Date.now()
    pass(12_000, changes)
    expect(looked.size).toBeGreaterThanOrEqual(12)
    expect(looked.size).toBeLessThanOrEqual(16)
    for (const at of looked) expect((at - began) % changes).toBe(0)
  })

  it('goes on when nothing changes any more', () => {
    render(<Clock />)
    pass(5000, 1000)
    looked = new Set()
    act(() => {
      vi.advanceTimersByTime(5000)
    })
    expect(looked.size).toBeGreaterThanOrEqual(4)
  })
})
