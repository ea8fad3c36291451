import { useShallow } from 'zustand/react/shallow'
import type { AlertLine } from '../../bridge/types'
import { useTicking } from '../../lib/time'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'

/** Where an alert is listed. */
export type Pile = 'open' | 'acked' | 'snoozed' | 'held' | 'noted' | 'resolved'

/**
 * The one pile that an alert belongs to at a time. What is only for
 * information never needs the reader, so it is noted and not open.
 */
export function pileOf(alert: AlertLine, now: number): Pile {
  if (alert.status === 'resolved') return 'resolved'
  if (alert.inhibited !== '') return 'held'
  if (alert.acked) return 'acked'
  if (alert.snoozedTo > now) return 'snoozed'
  return alert.severity === 'info' ? 'noted' : 'open'
}

const RANK: Record<string, number> = { critical: 0, warning: 1, info: 2 }

/** What matters most and is newest first. */
export function byWeight(a: AlertLine, b: AlertLine): number {
  return (RANK[a.severity] ?? 3) - (RANK[b.severity] ?? 3) || b.since - a.since || a.id.localeCompare(b.id)
}

/**
 * Alerts of the gateways in sight, gravest first; those of one pile, or all.
 * Pending alerts, whose condition has not held long enough, are left out of
 * the open ones.
 */
export function useAlerts(pile?: Pile): AlertLine[] {
  const scope = useScope()
  // Snoozes end by the clock: look again when the set of those that ended changes.
  const minute = useTicking(atMinute)
  return useLive(
    useShallow((live) => {
      const now = Math.max(Number(minute) * 60_000, Date.now())
      return Object.values(live.alerts)
        .filter((alert) => inScope(scope, alert) && alert.status !== 'pending')
        .filter((alert) => !pile || pileOf(alert, now) === pile)
        .sort(byWeight)
    }),
  )
}

function atMinute(now: number): string {
  return String(Math.floor(now / 60_000))
}
