import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { KeySpend, Transaction } from '../../bridge/types'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { levelOf } from '../../ui/Bullet'
import { useThresholds } from '../settings/useThresholds'
import { burnOf } from './burn'

/** A key whose used share is above a threshold. */
export type SpendAlert = { key: KeySpend; level: 'warning' | 'critical'; percentage: number }

export type Trend = 'up' | 'down' | 'stable' | 'unknown'

export type SpendTracking = {
  /** Every key in sight, the most used share first. */
  keys: KeySpend[]
  /** Spend since local midnight, nano-dollars. */
  today: number
  /** Spend an hour over the last 15 minutes, nano-dollars. */
  burnRate: number
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
  const warning = thresholds?.warning ?? set.warning
  const critical = thresholds?.critical ?? set.critical
  const keys = useLive(
    useShallow((live) =>
      Object.values(live.keys)
        .filter((key) => inScope(scope, key))
        .sort((a, b) => b.used - a.used || b.total - a.total || a.id.localeCompare(b.id)),
    ),
  )
  const transactions = useLive(
    useShallow((live) =>
      Object.values(live.transactions)
        .filter((transaction) => inScope(scope, transaction))
        .sort((a, b) => b.at - a.at || Number(b.id) - Number(a.id)),
    ),
  )
  const gateways = useLive(
    useShallow((live) =>
      Object.values(live.gateways).filter((gateway) => scope === '' || gateway.id === scope),
    ),
  )
  return useMemo(
    () => ({
      keys,
      transactions,
      today: gateways.reduce((sum, gateway) => sum + gateway.today, 0),
      burnRate: burnOf(gateways),
      trend: trendOf(keys),
      alerts: keys.flatMap((key) => {
        const level = levelOf(key.used, { warning, critical })
        return level === 'warning' || level === 'critical' ? [{ key, level, percentage: key.used * 100 }] : []
      }),
      overBudget: keys.filter((key) => key.used >= 1),
    }),
    [keys, transactions, gateways, warning, critical],
  )
}

/** The trends of keys as one, weighted by what each spends in an hour. */
function trendOf(keys: readonly KeySpend[]): Trend {
  let up = 0
  let down = 0
  let known = false
  for (const key of keys) {
    const weight = Math.max(key.rate1h, 0)
    if (key.trend !== 'unknown') known = true
    if (key.trend === 'up') up += weight
    if (key.trend === 'down') down += weight
  }
  if (!known) return 'unknown'
  const all = keys.reduce((sum, key) => sum + Math.max(key.rate1h, 0), 0)
  if (Math.abs(up - down) <= all / 3) return 'stable'
  return up > down ? 'up' : 'down'
}
