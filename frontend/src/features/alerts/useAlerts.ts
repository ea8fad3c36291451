import { useShallow } from 'zustand/react/shallow'
import type { AlertLine } from '../../bridge/types'
import { byId } from '../../lib/order'
import { now as timeNow, useTicking } from '../../lib/time'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'

/** Where an alert is listed. */
export type AlertBucket = 'open' | 'acked' | 'snoozed' | 'held' | 'noted' | 'resolved'

/**
 * The one bucket that an alert belongs to at a time. What is only for
 * information never needs the reader, so it is noted and not open.
 */
export function bucketOf(alert: AlertLine, now: number): AlertBucket {
  if (alert.status === 'resolved') return 'resolved'
  if (alert.inhibitedBy !== '') return 'held'
  if (alert.acked) return 'acked'
  if (alert.silencedUntil > now) return 'snoozed'
  return alert.severity === 'info' ? 'noted' : 'open'
}

const RANK: Record<string, number> = { critical: 0, warning: 1, info: 2 }

/** What matters most and is newest first. */
export function byWeight(a: AlertLine, b: AlertLine): number {
  return (RANK[a.severity] ?? 3) - (RANK[b.severity] ?? 3) || b.since - a.since || byId(a.id, b.id)
}

/**
 * Alerts of the gateways in sight, gravest first; those of one bucket, or all.
 * Pending alerts, whose condition has not held long enough, are left out of
 * the open ones.
 */
export function useAlerts(bucket?: AlertBucket): AlertLine[] {
  const scope = useScope()
  // Snoozes end by the clock: look again when the set of those that ended changes.
  const minute = useTicking(atMinute)
  return useLive(
    useShallow((live) => {
      const now = Math.max(Number(minute) * 60_000, timeNow())
      return Object.values(live.alerts)
        .filter((alert) => inScope(scope, alert) && alert.status !== 'pending')
        .filter((alert) => !bucket || bucketOf(alert, now) === bucket)
        .sort(byWeight)
    }),
  )
}

function atMinute(now: number): string {
  return String(Math.floor(now / 60_000))
}
