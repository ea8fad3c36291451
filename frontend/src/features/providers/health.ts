import type { Condition } from '../../ui/Shape'

/** A provider's health as a shape: only one that is seen to be well now is green. */
export function healthShape(health: string, past: boolean): Condition {
  switch (health) {
    case 'healthy':
      return past ? 'stale' : 'ok'
    case 'degraded':
      return 'warning'
    case 'unhealthy':
      return 'critical'
    case 'disabled':
      return 'offline'
    default:
      return 'stale'
  }
}

/** A provider's health in a word. */
function healthWord(health: string): string {
  switch (health) {
    case 'healthy':
      return 'Healthy'
    case 'degraded':
      return 'Degraded'
    case 'unhealthy':
      return 'Unhealthy'
    case 'disabled':
      return 'Disabled'
    default:
      return 'Unknown'
  }
}

/**
 * How a provider is now, in a word: one that the gateway switched off is not just
 * ill, and of one of which nothing new comes it is said how it was.
 */
export function conditionWord(provider: { health: string; switchedOff: boolean }, past: boolean): string {
  const word = provider.switchedOff ? 'Switched off' : healthWord(provider.health)
  return past && word !== 'Unknown' ? `Was ${word.toLowerCase()}` : word
}

/** What a provider counts as: "not healthy" is one that fails; of one that is unknown or switched off nothing is said. */
export type HealthGroup = 'healthy' | 'failing' | 'disabled' | 'unknown'

export function healthGroup(health: string): HealthGroup {
  switch (health) {
    case 'healthy':
    case 'disabled':
      return health
    case 'degraded':
    case 'unhealthy':
      return 'failing'
    default:
      return 'unknown'
  }
}

/** How many there are of each. */
export function healthCounts(providers: readonly { health: string }[]): Record<HealthGroup, number> {
  const counts = { healthy: 0, failing: 0, disabled: 0, unknown: 0 }
  for (const { health } of providers) counts[healthGroup(health)]++
  return counts
}

/** "2 of 5 healthy, 2 not healthy, 1 unknown, all as last known.", with past of them as last known. */
export function healthWords(counts: Record<HealthGroup, number>, past: number): string {
  const all = counts.healthy + counts.failing + counts.disabled + counts.unknown
  if (all === 0) return 'No provider is known yet.'
  const parts = [
    `${counts.healthy} of ${all} healthy`,
    counts.failing > 0 ? `${counts.failing} not healthy` : '',
    counts.disabled > 0 ? `${counts.disabled} disabled` : '',
    counts.unknown > 0 ? `${counts.unknown} unknown` : '',
    past > 0 ? `${past === all ? 'all' : `${past} of them`} as last known` : '',
  ]
  return `${parts.filter(Boolean).join(', ')}.`
}

/** Whether a provider's models were ever told: that it has none is another thing than that nobody said. */
export const modelsKnown = (provider: { models: readonly string[]; served: number }): boolean =>
  provider.models.length > 0 || provider.served >= 0
