import { useCallback, useMemo, useState } from 'react'

/**
 * Holds the order of a list still while the reader is in it: what is new waits
 * until they leave or ask for it, what is gone goes at once.
 */
export function useStableOrder(ids: readonly string[]) {
  const [held, setHeld] = useState<readonly string[] | null>(null)
  const shown = useMemo(() => {
    if (!held) return ids
    const alive = new Set(ids)
    return held.filter((id) => alive.has(id))
  }, [ids, held])
  const hold = useCallback((still: boolean) => setHeld((now) => (still ? (now ?? ids) : null)), [ids])
  const release = useCallback(() => setHeld((now) => (now ? ids : null)), [ids])
  return {
    ids: shown,
    /** How many wait to be shown. */
    waiting: held ? ids.length - shown.length : 0,
    /** The reader is in the list, or left it. */
    hold,
    /** Shows what waits, and goes on holding. */
    release,
  }
}
