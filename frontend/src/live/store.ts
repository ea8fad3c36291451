import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { emptyLive, type Live } from '../bridge/types'

/**
 * How far the mirror can be trusted:
 *
 *   loading ──snapshot──▶ live ◀──snapshot── stale
 *      └────────failure────┴───────────────────▲
 */
export type Sync =
  | { state: 'loading' }
  | { state: 'live' }
  /** What is shown was true at since (Unix ms, 0: nothing was ever read). */
  | { state: 'stale'; since: number; cause: string }

export type Mirror = {
  live: Live
  sync: Sync
  version: string
  demo: boolean
}

/** A mirror of what Go knows. Only live/sync.ts writes it; everything else selects. */
export const liveStore = createStore<Mirror>(() => ({
  live: emptyLive(),
  sync: { state: 'loading' },
  version: '',
  demo: false,
}))

/**
 * Selects from the mirror. Select one thing, or wrap the selector in
 * useShallow: a selector that builds something new renders on every frame.
 */
export function useLive<T>(select: (live: Live) => T): T {
  return useStore(liveStore, (mirror) => select(mirror.live))
}

/** How far the mirror can be trusted. */
export function useSync(): Sync {
  return useStore(liveStore, (mirror) => mirror.sync)
}
