import type { Bridge } from '../bridge/bridge'
import { toBridgeError } from '../bridge/errors'
import type { Frame } from '../bridge/types'
import { tickAlong } from '../lib/time'
import { merge, reconcile } from './merge'
import { mirrorOfNow } from './store'

/** How long after a failed snapshot the next is asked for, ms. */
export const RETRY_MS = 1000

const NOTHING = {}

/** Frames kept while a snapshot is under way; more are a reason to ask again. */
const MAX_WAITING = 512

/**
 * Keeps the mirror in step with Go until the returned function is called:
 * listens first, then reads a snapshot, then applies every frame that follows
 * it. A hole in the numbers, or a window that becomes visible (frames for a
 * hidden window are dropped), asks for a new snapshot. While that fails, the
 * mirror says that it is stale, and it is asked for again every second.
 *
 * Call it once, outside React.
 */
export function startSync(bridge: Pick<Bridge, 'Live' | 'on'>): () => void {
  let seq = -1
  let lastGood = 0
  let stopped = false
  let loading = false
  let again = false
  let waiting: Frame[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  const apply = (frame: Frame) => {
    if (seq < 0 || loading) {
      waiting.push(frame)
      if (waiting.length > MAX_WAITING) waiting = []
      if (!loading) void load() // stale, and Go is evidently there
      return
    }
    if (frame.seq <= seq) return // already in the snapshot
    if (frame.seq > seq + 1) {
      waiting = [frame]
      void load()
      return
    }
    seq = frame.seq
    lastGood = Date.now()
    mirrorOfNow().setState((mirror) => ({
      live: merge(mirror.live, frame.delta),
      behind: frame.behind ?? NOTHING,
    }))
    tickAlong()
  }

  const load = async () => {
    if (stopped) return
    if (loading) {
      again = true
      return
    }
    loading = true
    clearTimeout(timer)
    try {
      const snapshot = await bridge.Live.Snapshot()
      if (stopped) return
      seq = snapshot.seq
      lastGood = Date.now()
      mirrorOfNow().setState((mirror) => ({
        live: reconcile(mirror.live, snapshot.live),
        sync: { state: 'live' },
        behind: NOTHING,
        version: snapshot.version,
        demo: snapshot.demo,
      }))
    } catch (thrown) {
      if (stopped) return
      seq = -1
      const cause = toBridgeError(thrown).message
      mirrorOfNow().setState({ sync: { state: 'stale', since: lastGood, cause } })
      timer = setTimeout(() => void load(), RETRY_MS)
    } finally {
      loading = false
    }
    const overtaking = waiting
    waiting = []
    if (seq >= 0) for (const frame of overtaking) apply(frame)
    if (again) {
      again = false
      void load()
    }
  }

  const shown = () => {
    if (document.visibilityState === 'visible') void load()
  }

  const off = bridge.on('frame', apply)
  document.addEventListener('visibilitychange', shown)
  void load()

  return () => {
    stopped = true
    clearTimeout(timer)
    off()
    document.removeEventListener('visibilitychange', shown)
  }
}
