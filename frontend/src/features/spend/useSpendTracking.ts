import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { KeySpend, Live, Transaction } from '../../bridge/types'
import { oncePer } from '../../lib/oncePer'
import { byId } from '../../lib/order'
import type { Reading } from '../../lib/reading'
import { known, order } from '../../lib/reading'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { levelOf } from '../../ui/Bullet'
import { useThresholds } from '../settings'
import { burnOf } from './burn'
import { todayOf } from './quiet'

/** A key whose used share is above a threshold. */
export type SpendAlert = { key: KeySpend; level: 'warning' | 'critical'; percentage: number }

export type Trend = 'up' | 'down' | 'stable' | 'unknown'

export type SpendTracking = {
  /** Every key in sight, the most used share first. */
  keys: KeySpend[]
  /** Spend since local midnight, nano-dollars, or why it is not known. */
  today: Reading
  /** Spend an hour over the last 15 minutes, nano-dollars, or why it is not known. */
  burnRate: Reading
  /** Which way the spend of all keys together goes. */
  trend: Trend
  /** Keys at or above a threshold, critical first. Thresholds are shares, such as 0.8 and 0.95. */
  alerts: SpendAlert[]
  /** Keys that used up their limit. */
  overBudget: KeySpend[]
  /** The last bookings, newest first. */
  transactions: Transaction[]
}

/**
 * What the keys of the gateways in sight cost. Without thresholds those of the
 * settings are used. It only selects: alerts here raise no notification, Go
 * does that, once per crossing.
 *
 * @example
 * const { alerts, burnRate } = useSpendTracking({ warning: 0.8, critical: 0.95 })
 */
export function useSpendTracking(thresholds?: { warning: number; critical: number }): SpendTracking {
  const scope = useScope()
  const set = useThresholds()
  const { warning, critical } = thresholds ?? {}
  const keys = useLive(
    useShallow((live) =>
      Object.values(live.keys)
        .filter((key) => inScope(scope, key))
        .sort((a, b) => order(b.usedRatio, a.usedRatio) || order(b.total, a.total) || byId(a.id, b.id)),
    ),
  )
  const transactions = useLive(
    useShallow((live) =>
      Object.values(live.transactions)
        .filter((transaction) => inScope(scope, transaction))
        .sort((a, b) => b.at - a.at || Number(b.id) - Number(a.id)),
    ),
  )
  const { today, burnRate, trend } = useSpendTotals()
  return useMemo(
    () => ({
      keys,
      transactions,
      today,
      burnRate,
      trend,
      alerts: keys.flatMap((key) => {
        const own = set({ gateway: key.gateway, group: key.group, key: key.key })
        const used = known(key.usedRatio) ?? -1
        const level = levelOf(used, {
          warning: warning ?? own.warning,
          critical: critical ?? own.critical,
        })
        return level === 'warning' || level === 'critical' ? [{ key, level, percentage: used * 100 }] : []
      }),
      overBudget: keys.filter((key) => (known(key.usedRatio) ?? 0) >= 1),
    }),
    [keys, transactions, today, burnRate, trend, warning, critical, set],
  )
}

/**
 * What the gateways in sight spend together: of SpendTracking what takes no list of keys in
 * order, which with hundreds of keys is dear to make for each booking.
 */
export function useSpendTotals(): Pick<SpendTracking, 'today' | 'burnRate' | 'trend'> {
  const scope = useScope()
  const gateways = useLive(
    useShallow((live) =>
      Object.values(live.gateways).filter((gateway) => scope === '' || gateway.id === scope),
    ),
  )
  const trend = useLive((live) => trendIn(live, scope))
  return useMemo(() => ({ today: todayOf(gateways), burnRate: burnOf(gateways), trend }), [gateways, trend])
}

const trendIn = oncePer((live: Live, scope: string) =>
  trendOf(Object.values(live.keys).filter((key) => inScope(scope, key))),
)

/** The trends of keys as one, weighted by what each spends in an hour. */
function trendOf(keys: readonly KeySpend[]): Trend {
  let up = 0
  let down = 0
  let any = false
  for (const key of keys) {
    const weight = known(key.lastHour) ?? 0
    if (key.trend !== 'unknown') any = true
    if (key.trend === 'up') up += weight
    if (key.trend === 'down') down += weight
  }
  if (!any) return 'unknown'
  const all = keys.reduce((sum, key) => sum + (known(key.lastHour) ?? 0), 0)
  if (Math.abs(up - down) <= all / 3) return 'stable'
  return up > down ? 'up' : 'down'
}
