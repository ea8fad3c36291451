import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Discovery, Provider } from '../../bridge/types'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'

export type ModelDiscovery = {
  /** Every provider in sight with its health and models, what ails first. */
  providers: Provider[]
  /** The last findings, newest first. */
  recent: Discovery[]
  /** How many providers are in each health. */
  health: Record<string, number>
}

const ORDER: Record<string, number> = { unhealthy: 0, degraded: 1, disabled: 2, unknown: 3, healthy: 4 }

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

function byNeed(a: Provider, b: Provider): number {
  return (
    (ORDER[a.health] ?? 3) - (ORDER[b.health] ?? 3) ||
    a.name.localeCompare(b.name) ||
    a.id.localeCompare(b.id)
  )
}
