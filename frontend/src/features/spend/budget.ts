import type { Group, KeySpend, Live } from '../../bridge/types'
import { inScope } from '../../live/scope'

/**
 * Something that money is set aside for: a key with a limit of its own, or a
 * group of keys that share a prepaid balance. Money is nano-dollars.
 */
export type Budget = {
  /** How the page names it in its address: a key's id, or a group's behind GROUP. */
  open: string
  id: string
  kind: 'key' | 'group'
  name: string
  spent: number
  limit: number
  /** Spent ÷ limit, as computed by Go. */
  used: number
  /** Dollars an hour over the last hour; negative: unknown. */
  rate1h: number
}

/** What the address of a group begins with: keys and groups have ids of their own that may be equal. */
export const GROUP = 'group:'

/** The name of a group for people. */
export function groupName(group: Group): string {
  return group.name || `Group ${group.group}`
}

/** What a group may spend in this epoch: the balance after its newest top-up or, unread, all credits ever. */
export function limitOf(group: Group): number {
  return group.epoch === '' ? group.credits : group.base
}

/** What a group has spent of that. */
export function spentOf(group: Group): number {
  return group.epoch === '' ? group.spent : group.base - group.balance
}

/** The group that pays for a key, or null where keys have limits of their own or the group is not known. */
export function payerOf(live: Live, key: KeySpend): Group | null {
  if (key.limit > 0 || key.group === '') return null
  return live.groups[`${key.gateway}/${key.group}`] ?? null
}

/** The used share that counts for a key: its own or, without a limit, its group's; negative: unknown. */
export function usedFor(live: Live, key: KeySpend): number {
  return payerOf(live, key)?.used ?? key.used
}

/** All budgets in sight, the most used first. */
export function budgetsOf(live: Live, scope: string): Budget[] {
  const keys = Object.values(live.keys)
    .filter((key) => inScope(scope, key) && key.used >= 0)
    .map((key): Budget => {
      const { id, total, limit, used, rate1h } = key
      return { open: id, id, kind: 'key', name: key.name || key.key, spent: total, limit, used, rate1h }
    })
  const groups = Object.values(live.groups)
    .filter((group) => inScope(scope, group) && group.used >= 0)
    .map((group): Budget => {
      const { id, used, rate1h } = group
      const [spent, limit] = [spentOf(group), limitOf(group)]
      return { open: GROUP + id, id, kind: 'group', name: groupName(group), spent, limit, used, rate1h }
    })
  return [...keys, ...groups].sort((a, b) => b.used - a.used || a.open.localeCompare(b.open))
}
