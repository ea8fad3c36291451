import { useCallback } from 'react'
import type { Provider } from '../../bridge/types'
import { useTicking } from '../../lib/time'
import { isPast } from '../../live/staleness'
import { liveStore } from '../../live/store'

/** Of how many of these providers it is only known how they were. */
export function usePast(providers: readonly Provider[]): number {
  const said = useTicking(
    useCallback(
      (now) =>
        String(providers.filter((provider) => isPast(liveStore.getState().live, provider, now)).length),
      [providers],
    ),
  )
  return Number(said)
}
