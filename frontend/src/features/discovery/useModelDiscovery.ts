import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Discovery, Provider } from '../../bridge/types'
import { byId, byText } from '../../lib/order'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'

export type ModelDiscovery = {
  /** Every provider in sight with its health and models: what fails first, then what serves, what is idle last. */
  providers: Provider[]
  /** The last findings, newest first. */
  recent: Discovery[]
  /** How many providers are in each health. */
  health: Record<string, number>
}

/** Providers' health and the models that were found. */
export function useModelDiscovery(): ModelDiscovery {
  const scope = useScope()
  const providers = useLive(
    useShallow((live) =>
      Object.values(live.providers)
        .filter((provider) => inScope(scope, provider))
        .sort(byNeed),
    ),
  )
  const recent = useLive(
    useShallow((live) =>
      Object.values(live.discoveries)
        .filter((discovery) => inScope(scope, discovery))
        .sort((a, b) => b.at - a.at),
    ),
  )
  return useMemo(() => {
    const health: Record<string, number> = {}
    for (const provider of providers) health[provider.health] = (health[provider.health] ?? 0) + 1
    return { providers, recent, health }
  }, [providers, recent])
}

const FAILING: Record<string, number> = { unhealthy: 0, degraded: 1 }

/** What fails comes first, then what serves, the most asked first, and what is idle last. */
function byNeed(a: Provider, b: Provider): number {
  return rankOf(a) - rankOf(b) || byText(a.name, b.name) || byId(a.id, b.id)
}

/**
 * Those that serve are ranked by the digits of their requests in the last
 * hour, so that places change seldom. Where requests are not known, being seen
 * to be well in this hour is serving. Requests and failures may be known by the
 * type of a provider alone: one that no model is mapped to has none of them.
 */
function rankOf({ health, hourRequests, hourFailed, healthTimeline, served }: Provider): number {
  const failing = FAILING[health]
  if (failing !== undefined) return failing
  if (health === 'disabled') return 40
  if (served === 0) return 30
  if (hourFailed > 0 && hourFailed * 20 >= hourRequests) return 2
  if (hourRequests > 0) return 20 - Math.floor(Math.log10(hourRequests))
  return hourRequests < 0 && /[hdu]/.test(healthTimeline) ? 21 : 30
}
