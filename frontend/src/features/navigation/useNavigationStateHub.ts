import { useCallback, useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useBridge } from '../../bridge/context'
import type { Live } from '../../bridge/types'
import { useTicking } from '../../lib/time'
import { inScope, useScope } from '../../live/scope'
import { isDown, staleness } from '../../live/staleness'
import { liveStore, useLive } from '../../live/store'

/** Changes of one sort of entity since the program started, and how many there are. */
export type Badge = {
  /** How many there are; -1 until they were counted. */
  count: number
  /** The gateways in sight that were not counted, while others were: there are at least so many. */
  uncounted: readonly string[]
  created: number
  updated: number
  deleted: number
}

export type NavigationState = {
  badges: { model_mapping: Badge; provider: Badge; virtual_key: Badge }
  /** When the oldest of the counts was last brought in step, Unix ms; 0: never. */
  lastSync: number
  /** Why the counts cannot be current, such as "prod is not connected"; "" if they are. */
  stale: string
  /** Reads the navigation state of every gateway in sight again. */
  refresh(): Promise<void>
}

/**
 * What there is on the gateways in sight (model mappings, providers, virtual
 * keys), for the badges of the sidebar.
 */
export function useNavigationStateHub(): NavigationState {
  const scope = useScope()
  const bridge = useBridge()
  const navs = useLive(useShallow((live) => Object.values(live.nav).filter((nav) => inScope(scope, nav))))
  const gateways = useLive(
    useShallow((live) => Object.keys(live.gateways).filter((id) => scope === '' || id === scope)),
  )
  const labels = useLive(useShallow((live) => gateways.map((id) => live.gateways[id]?.label ?? id)))
  const stale = useTicking(useCallback((now) => whyStale(liveStore.getState().live, scope, now), [scope]))
  return useMemo(() => {
    const badge = (entity: string): Badge => {
      const badges = { count: -1, created: 0, updated: 0, deleted: 0 }
      const counted = new Set<string>()
      for (const nav of navs) {
        if (nav.entity !== entity) continue
        if (nav.count >= 0) {
          badges.count = Math.max(badges.count, 0) + nav.count
          counted.add(nav.gateway)
        }
        badges.created += nav.created
        badges.updated += nav.updated
        badges.deleted += nav.deleted
      }
      const uncounted = counted.size > 0 ? labels.filter((_, i) => !counted.has(gateways[i] ?? '')) : []
      return { ...badges, uncounted }
    }
    const synced = navs.map((nav) => nav.lastSync).filter((at) => at > 0)
    return {
      badges: {
        model_mapping: badge('model_mapping'),
        provider: badge('provider'),
        virtual_key: badge('virtual_key'),
      },
      lastSync: synced.length > 0 ? Math.min(...synced) : 0,
      stale,
      refresh: async () => {
        await Promise.all(gateways.map((id) => bridge.Gateways.Refresh(id)))
      },
    }
  }, [navs, gateways, labels, bridge, stale])
}

/** What stands before a count that is of some of the gateways in sight only. */
export function atLeast({ uncounted }: Badge): string {
  return uncounted.length > 0 ? '≥ ' : ''
}

/** What a count says of the gateways that it leaves out, after what it is of; "" if it leaves out none. */
export function leftOut({ uncounted }: Badge): string {
  return uncounted.length > 0 ? `; how many ${uncounted.join(' and ')} has is not known` : ''
}

/** Which gateways' counts cannot be current: they are not connected, or the list is not read any more. */
export function whyStale(live: Live, scope: string, now: number): string {
  const whys = Object.values(live.gateways).map((gateway) => {
    const counts = Object.values(live.nav).filter((nav) => nav.gateway === gateway.id && nav.count >= 0)
    if ((scope !== '' && scope !== gateway.id) || counts.length === 0) return ''
    if (isDown(live, gateway.id)) return `${gateway.label} is not connected`
    const old = counts.some(
      ({ source, lastSync }) =>
        staleness(live, { gateway: gateway.id, source, updatedAt: lastSync }, now).stale,
    )
    return old ? `${gateway.label} was not read again` : ''
  })
  return whys.filter(Boolean).join('; ')
}
