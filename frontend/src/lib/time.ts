import { useCallback, useSyncExternalStore } from 'react'
import { ago } from './format'

/** One clock for the whole page: it ticks once a second, and not while hidden. */
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined

const SECOND_MS = 1000

/** Days begin at a multiple of it, wherever that is. */
export const QUARTER_MS = 900_000

/**
 * A painting costs by the size of the window. What is due once a second, and within this (ms), is brought forward to where the page
 * changes anyway; the clock's next tick is given as long to be brought along again.
 */
export const EARLY_MS = 250

/** When the clock ticked last, by a clock that nobody sets. */
let ticked = 0

let clock: () => number = Date.now

/** The present, or the time that is shown for it. */
export function now(): number {
  return clock()
}

/** Shows another time for the present until it is told otherwise: null is the present itself. */
export function setClock(other: (() => number) | null): void {
  clock = other ?? Date.now
  tick()
}

function tick(): void {
  ticked = performance.now()
  for (const fn of listeners) fn()
}

/** Ticks now if it is about time: what changes beside it is painted with it. */
export function tickAlong(): void {
  if (timer === undefined || performance.now() - ticked < SECOND_MS - EARLY_MS) return
  tick()
  tickIn(SECOND_MS + EARLY_MS)
}

function tickIn(ms: number): void {
  clearTimeout(timer)
  timer = setTimeout(() => {
    tickIn(SECOND_MS)
    tick()
  }, ms)
}

function run(): void {
  const wanted = listeners.size > 0 && document.visibilityState !== 'hidden'
  if (wanted && timer === undefined) tickIn(SECOND_MS)
  if (!wanted && timer !== undefined) {
    clearTimeout(timer)
    timer = undefined
  }
}

function subscribe(fn: () => void): () => void {
  if (listeners.size === 0) document.addEventListener('visibilitychange', onVisibility)
  listeners.add(fn)
  run()
  return () => {
    listeners.delete(fn)
    if (listeners.size === 0) document.removeEventListener('visibilitychange', onVisibility)
    run()
  }
}

function onVisibility(): void {
  run()
  if (document.visibilityState !== 'hidden') tick()
}

/** Something said of the present. Renders when the words change, not when the clock does. */
export function useTicking(textAt: (now: number) => string): string {
  return useSyncExternalStore(
    subscribe,
    useCallback(() => textAt(now()), [textAt]),
  )
}

/** "9 s ago", kept true; otherwise where at is 0. */
export function useAgo(at: number, otherwise: string): string {
  return useTicking(useCallback((now) => (at > 0 ? ago(now - at) : otherwise), [at, otherwise]))
}

/** The present, in steps: renders once per step (ms). */
export function useNow(step: number): number {
  return useSyncExternalStore(
    subscribe,
    useCallback(() => Math.floor(now() / step) * step, [step]),
  )
}
