import type { Gateway } from '../../bridge/types'
import { known } from '../../lib/reading'

/** What one gateway spends now; negative where it is not known, and in what is replayed of before. */
const rateOf = (gateway: Gateway): number => known(gateway.burnPerHour) ?? -1

/**
 * What gateways spend now, nano-dollars an hour: the sum of those that know.
 * Negative, which is shown as unknown, while none of them does.
 */
export function burnOf(gateways: readonly Gateway[]): number {
  const rates = gateways.map(rateOf).filter((rate) => rate >= 0)
  return rates.length > 0 ? rates.reduce((sum, rate) => sum + rate, 0) : -1
}

/** What the rate rests on, such as "over 12 min": the minutes that were watched of each gateway that knows. */
export function spanOf(gateways: readonly Gateway[]): string {
  const spans = gateways.filter((gateway) => rateOf(gateway) >= 0).map((gateway) => gateway.burnSpan)
  if (spans.length === 0) return ''
  const least = Math.min(...spans)
  const most = Math.max(...spans)
  return least === most ? ` over ${most} min` : ` over ${least} to ${most} min`
}
