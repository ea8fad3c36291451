/** What a connection is said to be: short losses are no news. */
import { useEffect, useRef, useState } from 'react'
import type { OverallState } from '../bridge/types'

/** How long a lost connection may be away before it is said, ms. */
export const LASTING_MS = 2500

/**
 * The state, but what it was before a loss for a moment longer; it counts from when the loss began, whatever comes of it.
 * `of` says whose state it is: that of another gateway, or of another time, was before no loss of this one.
 */
export function useLasting(state: OverallState, of = ''): OverallState {
  const waits = state === 'reconnecting' || state === 'partial'
  const [lasted, setLasted] = useState(waits)
  const before = useRef({ state, of })
  if (!waits || before.current.of !== of) before.current = { state, of }
  useEffect(() => {
    const timer = setTimeout(() => setLasted(waits), waits ? LASTING_MS : 0)
    return () => clearTimeout(timer)
  }, [waits])
  return waits && !lasted ? before.current.state : state
}
