import type { Live } from '../bridge/types'

/**
 * A thing by its full id ("prod/7"), or, where only one gateway has it, by
 * its own ("7"). Ids that two gateways share need the full form.
 */
export function findThing<T>(things: Record<string, T>, id: string): T | null {
  const exact = things[id]
  if (exact !== undefined) return exact
  const own = Object.keys(things).filter((full) => full.slice(full.indexOf('/') + 1) === id)
  return own.length === 1 && own[0] !== undefined ? (things[own[0]] ?? null) : null
}

/** What people call a key: its name, or its id while no name is known. */
export function nameOfKey(live: Live, gateway: string, key: string): string {
  return live.keys[`${gateway}/${key}`]?.name || key
}
