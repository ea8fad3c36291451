import type { Gateway } from '../../bridge/types'

/**
 * What gateways spend now, nano-dollars an hour: the sum of those that know.
 * Negative, which is shown as unknown, while none of them does.
 */
export function burnOf(gateways: readonly Gateway[]): number {
  const known = gateways.filter((gateway) => gateway.burnPerHour >= 0)
  return known.length > 0 ? known.reduce((sum, gateway) => sum + gateway.burnPerHour, 0) : -1
}
