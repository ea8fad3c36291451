import type { Gateway, Group } from '../../bridge/types'
import { rate } from '../../lib/format'
import { known, moneyOf, type Reading, rateOf, why } from '../../lib/reading'

/** What one gateway spends now; negative where it is not known, and in what is replayed of before. */
const perHour = (gateway: Gateway): number => known(gateway.burnPerHour) ?? -1

/**
 * What gateways spend now, nano-dollars an hour: at least the sum of those that
 * know, where one does not. Not known where none that knows spends anything.
 */
export function burnOf(gateways: readonly Gateway[]): Reading {
  const knowing = gateways.filter((gateway) => perHour(gateway) >= 0)
  const sum = knowing.reduce((all, gateway) => all + perHour(gateway), 0)
  const silent = gateways.find((gateway) => perHour(gateway) < 0)
  if (!silent) return gateways.length > 0 ? sum : { status: 'unknown' }
  const reason = why(silent.burnPerHour) ?? 'not known'
  if (sum === 0) return { status: 'unknown', why: reason }
  return { status: 'partial', value: sum, why: `${silent.label || silent.id}: ${reason}` }
}

/** A rate with what it rests on: "$1.84/h over 15 min". */
export function burnWords(gateways: readonly Gateway[]): string {
  const all = burnOf(gateways)
  return known(all) === null ? rate(-1) : rateOf(all) + spanOf(gateways)
}

/** What the rate rests on, such as " over 12 min": the minutes that were watched of each gateway that knows. */
export function spanOf(gateways: readonly Gateway[]): string {
  if (known(burnOf(gateways)) === null) return ''
  const spans = gateways.filter((gateway) => perHour(gateway) >= 0).map((gateway) => gateway.burnSpan)
  const least = Math.min(...spans)
  const most = Math.max(...spans)
  return least === most ? ` over ${most} min` : ` over ${least} to ${most} min`
}

/** What a key or a group spent in the last hour, with how much of it was watched where that is not all: "at least $1.84 over 12 min". */
export function lastHourWords(of: Pick<Group, 'lastHour' | 'hourSpan'>): string {
  return moneyOf(of.lastHour) + partWatched(of.lastHour, of.hourSpan)
}

/** What it spent in the last 24 hours, likewise: "at least $1.84 over 7 h". */
export function lastDayWords(of: Pick<Group, 'lastDay' | 'daySpan'>): string {
  return moneyOf(of.lastDay) + partWatched(of.lastDay, of.daySpan)
}

/** Over how many minutes a lower bound is; "" of what is whole, or not known. */
function partWatched(spent: Reading, minutes: number): string {
  if (typeof spent === 'number' || known(spent) === null || minutes <= 0) return ''
  return ` over ${minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`}`
}
