import type { Gateway } from '../../bridge/types'

/**
 * What gateways spend now, nano-dollars an hour: the sum of those that know.
 * Negative, which is shown as unknown, while none of them does.
 */
export function burnOf(gateways: readonly Gateway[]): number {
  const known = gateways.filter((gateway) => gateway.burnPerHour >= 0)
  return known.length > 0 ? known.reduce((sum, gateway) => sum + gateway.burnPerHour, 0) : -1
}

/** What the rate rests on, such as "over 12 min": the minutes that were watched of each gateway that knows. */
export function spanOf(gateways: readonly Gateway[]): string {
  const spans = gateways.filter((gateway) => gateway.burnPerHour >= 0).map((gateway) => gateway.burnSpan)
  if (spans.length === 0) return ''
  const least = Math.min(...spans)
  const most = Math.max(...spans)
  return least === most ? ` over ${most} min` : ` over ${least} to ${most} min`
}
