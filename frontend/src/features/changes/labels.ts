import type { Change } from '../../bridge/types'
import { words } from '../../lib/format'

/** "Model mapping updated: priority, isEnabled". */
export function changeWords(change: Change): string {
  const what = change.entity === 'configuration' ? 'Setting' : words(change.entity)
  const details = change.details.length > 0 ? `: ${change.details.slice(0, 4).join(', ')}` : ''
  return `${what} ${change.action}${details}`
}
