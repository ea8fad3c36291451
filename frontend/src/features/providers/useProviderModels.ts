import { useMemo } from 'react'
import type { Provider } from '../../bridge/types'
import { findThing } from '../../live/find'
import { useLive } from '../../live/store'

export type ProviderModels = {
  provider: Provider
  /** Known models, sorted. */
  models: string[]
  /** Those that the last discovery added. */
  newModels: string[]
  /** When models were last found, Unix ms; 0: never. */
  discoveredAt: number
}

/**
 * One provider and its models, or null while it is not known. The id is the
 * provider's own, or "<gateway>/<provider>" where gateways share ids.
 */
export function useProviderModels(providerId: string): ProviderModels | null {
  const provider = useLive((live) => findThing(live.providers, providerId))
  return useMemo(
    () =>
      provider
        ? {
            provider,
            models: provider.models,
            newModels: provider.newModels,
            discoveredAt: provider.discoveredAt,
          }
        : null,
    [provider],
  )
}
