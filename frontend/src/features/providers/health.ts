import type { Condition } from '../../ui/Shape'

/** A provider's health as a shape. */
export function healthShape(health: string): Condition {
  switch (health) {
    case 'healthy':
      return 'ok'
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

/** How a provider is now, in a word: one that the gateway switched off is not just ill. */
export const conditionWord = (provider: { health: string; switchedOff: boolean }): string =>
  provider.switchedOff ? 'Switched off' : healthWord(provider.health)

/** Whether a provider's models were ever told: that it has none is another thing than that nobody said. */
export const modelsKnown = (provider: { models: readonly string[]; served: number }): boolean =>
  provider.models.length > 0 || provider.served >= 0
