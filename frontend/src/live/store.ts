import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { emptyLive, type Frame, type Live } from '../bridge/types'

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
  /** The topics of which more changes than can be told, and since when (Unix ms). */
  behind: NonNullable<Frame['behind']>
  version: string
  demo: boolean
}

const NOTHING = {}

/** A mirror of what Go knows. Only live/sync.ts writes it; everything else selects. */
export const liveStore = createStore<Mirror>(() => ({
  live: emptyLive(),
  sync: { state: 'loading' },
  behind: NOTHING,
  version: '',
  demo: false,
}))

/** What is so now: the same, but while the past is shown. */
export const presentStore = createStore<Mirror>(() => liveStore.getState())
let replaying = false
liveStore.subscribe((mirror) => {
  if (!replaying) presentStore.setState(mirror)
})

/** The mirror that frames belong to. */
export function mirrorOfNow(): typeof liveStore {
  return replaying ? presentStore : liveStore
}

/** Says whether liveStore shows the past; afterwards it shows the present again. Only live/replay.ts calls it. */
export function setReplaying(past: boolean): void {
  replaying = past
  if (!past) liveStore.setState(presentStore.getState())
}

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
