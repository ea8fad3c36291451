import { useMemo } from 'react'
import type { KeySpend } from '../../bridge/types'
import { known } from '../../lib/reading'
import { findThing } from '../../live/find'
import { useLive } from '../../live/store'

export type VirtualKeySpend = KeySpend & {
  /** Per cent of the limit that is used, or null where there is no limit or no total. */
  percentage: number | null
  /** The limit is used up. */
  overLimit: boolean
  /** What is left of the limit, nano-dollars, never below 0; null without a limit. */
  remaining: number | null
}

/**
 * What one virtual key has cost, or null while nothing is known of it. The id
 * is the key's own, or "<gateway>/<key>" where gateways share ids.
 */
export function useVirtualKeySpend(keyId: string): VirtualKeySpend | null {
  const key = useLive((live) => findThing(live.keys, keyId))
  return useMemo(() => {
    if (!key) return null
    const [limit, total, used] = [known(key.limit), known(key.total), known(key.usedRatio)]
    return {
      ...key,
      percentage: used === null ? null : used * 100,
      overLimit: (used ?? 0) >= 1,
      remaining: limit !== null && total !== null ? Math.max(0, limit - total) : null,
    }
  }, [key])
}
