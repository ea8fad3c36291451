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

/** Whether a provider's models were ever told: that it has none is another thing than that nobody said. */
export const modelsKnown = (provider: { models: readonly string[]; served: number }): boolean =>
  provider.models.length > 0 || provider.served >= 0
