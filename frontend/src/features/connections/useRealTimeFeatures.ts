import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useBridge } from '../../bridge/context'
import type { Gateway, OverallState } from '../../bridge/types'
import { byText } from '../../lib/order'
import { useScope } from '../../live/scope'
import { type Sync, useLive, useSync } from '../../live/store'

export type RealTimeFeatures = {
  /** The Core halves together; "" where no gateway has one. */
  core: OverallState | ''
  /** The Admin halves together; "" where no gateway has one. */
  admin: OverallState | ''
  /** Everything together. Hubs that a gateway does not offer do not count. */
  overall: OverallState
  /** Why overall is not "connected", as a sentence; else "". */
  cause: string
  /** The soonest planned attempt, Unix ms; 0 if none is planned. */
  nextAt: number
  /** Whether what is shown is current. */
  sync: Sync
  /** The gateways that this is about, by label. */
  gateways: Gateway[]
  /** Connects now, without waiting for the next attempt. */
  connect(): Promise<void>
  /** Closes the connections; they stay closed until connect. */
  disconnect(): Promise<void>
  /** Closes the connections and opens them at once. */
  reconnect(): Promise<void>
}

/**
 * The master switch: how the connections of all watched gateways are, or of
 * the one that is looked at, and the buttons for them. It starts nothing: Go
 * connects by itself when a profile has a key that was not refused.
 *
 * @example
 * const { overall, cause, reconnect } = useRealTimeFeatures()
 */
export function useRealTimeFeatures(): RealTimeFeatures {
  const scope = useScope()
  const bridge = useBridge()
  const sync = useSync()
  const gateways = useLive(
    useShallow((live) =>
      Object.values(live.gateways)
        .filter((gateway) => scope === '' || gateway.id === scope)
        .sort((a, b) => byText(a.label, b.label)),
    ),
  )
  return useMemo(() => {
    const each = async (work: (id: string) => Promise<void>) => {
      await Promise.all(gateways.map((gateway) => work(gateway.id)))
    }
    const failing = gateways.find((gateway) => gateway.cause !== '')
    const attempts = gateways.map((gateway) => gateway.nextAt).filter((at) => at > 0)
    return {
      core: together(gateways.map((gateway) => gateway.core)),
      admin: together(gateways.map((gateway) => gateway.admin)),
      overall: together(gateways.map((gateway) => gateway.overall)) || 'disconnected',
      cause: failing?.cause ?? '',
      nextAt: attempts.length > 0 ? Math.min(...attempts) : 0,
      sync,
      gateways,
      connect: () => each((id) => bridge.Gateways.Connect(id)),
      disconnect: () => each((id) => bridge.Gateways.Disconnect(id)),
      reconnect: () => each((id) => bridge.Gateways.Reconnect(id)),
    }
  }, [gateways, sync, bridge])
}

/** Several states as one: what they share, "partial" where only some are up, else the worst. */
export function together(states: readonly string[]): OverallState | '' {
  const known = states.filter((state): state is OverallState => state !== '')
  if (known.length === 0) return ''
  const first = known[0]
  if (first !== undefined && known.every((state) => state === first)) return first
  if (known.some((state) => state === 'connected' || state === 'partial')) return 'partial'
  return (
    (['error', 'reconnecting', 'connecting'] as const).find((state) => known.includes(state)) ??
    'disconnected'
  )
}
