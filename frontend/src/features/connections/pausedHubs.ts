import type { Link, Live } from '../../bridge/types'
import { plural } from '../../lib/format'
import { titleOf } from './keyLabels'

/** So many keys of a hub are named; of more their number is said. */
const NAMED = 2

/**
 * The hubs of connections that are down, each once: of one that every key has for itself
 * also of which keys, where there are several.
 */
export function pausedHubs(live: Pick<Live, 'monitoredKeys'>, gateway: string, down: Link[]): string {
  const keys = Object.values(live.monitoredKeys).filter((key) => key.gateway === gateway)
  const title = (slot: string) => {
    const key = keys.find((one) => one.slot === slot)
    return key ? titleOf({ id: slot, label: key.label, name: '' }, key.name) : slot
  }
  const hubs = new Map<string, Set<string>>()
  for (const link of down) {
    const slots = hubs.get(link.hub) ?? new Set()
    if (link.slot && keys.length > 1) slots.add(link.slot)
    hubs.set(link.hub, slots)
  }
  return [...hubs]
    .map(([hub, slots]) => {
      if (slots.size === 0) return hub
      const named = slots.size <= NAMED
      return `${hub} of ${named ? [...slots].map(title).join(' and ') : plural(slots.size, 'key')}`
    })
    .join(', ')
}
