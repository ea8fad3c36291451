import { useCallback, useSyncExternalStore } from 'react'
import { ago } from './format'

/** One clock for the whole page: it ticks once a second, and not while hidden. */
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

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
  for (const fn of listeners) fn()
}

function run(): void {
  const wanted = listeners.size > 0 && document.visibilityState !== 'hidden'
  if (wanted && timer === undefined) timer = setInterval(tick, 1000)
  if (!wanted && timer !== undefined) {
    clearInterval(timer)
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
