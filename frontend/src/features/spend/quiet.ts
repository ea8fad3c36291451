import type { Burn, Gateway, Live } from '../../bridge/types'
import { plural } from '../../lib/format'
import { known, type Reading, sumOf } from '../../lib/reading'

/** How much of the last hour was watched of the gateway that was watched least, minutes. */
export function watchedMinutes(gateways: readonly Gateway[], burns: readonly Burn[]): number {
  if (gateways.length === 0) return 0
  const of = (gateway: Gateway) => {
    if (known(gateway.today) === null) return 0 // nobody sees what it spends
    const burn = burns.find((candidate) => candidate.id === gateway.id)
    return burn && gateway.burnSpan > 0 ? burn.perMinute.filter((spent) => spent >= 0).length : 0
  }
  return Math.min(...gateways.map(of))
}

/** What a chart without spend says: that nothing was spent is a claim about what was watched only. */
export function quietWords(watched: number): string {
  if (watched >= 59) return 'Nothing was spent in the last hour.'
  if (watched > 0) return `Nothing was spent in the ${plural(watched, 'minute')} that are known.`
  return 'What was spent is not known yet.'
}

/** What is not known of budgets, as a sentence; '' where they are known. */
export function budgetGap(live: Pick<Live, 'outlooks'>, scope: string): string {
  const gap = live.outlooks[scope]?.unknown.find((clause) => /\b(budgets|limits?|balances?)\b/.test(clause))
  return gap ? `${gap.charAt(0).toUpperCase()}${gap.slice(1)}.` : ''
}

/** What gateways spent today together, or why that is not known; as of the gateway that was heard least lately. */
export function todayOf(gateways: readonly Gateway[]): Reading {
  return sumOf(gateways.map((gateway) => gateway.today))
}
