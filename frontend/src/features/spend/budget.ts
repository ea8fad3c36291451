import type { Group, KeySpend, Live } from '../../bridge/types'
import { fullTime, money } from '../../lib/format'
import { oncePer } from '../../lib/oncePer'
import { byId } from '../../lib/order'
import { known, order, type Reading } from '../../lib/reading'
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
  spent: Reading
  limit: Reading
  /** Spent ÷ limit, as computed by Go. */
  used: Reading
  /** Dollars an hour over the same minutes as the rate of the gateway, so that rows and sum agree. */
  rate15m: Reading
  /** Whose thresholds hold for it. */
  at: { gateway: string; group: string; key: string }
}

/** What the address of a group begins with: keys and groups have ids of their own that may be equal. */
export const GROUP = 'group:'

/** The name of a group for people. */
export function groupName(group: Group): string {
  return group.name || `Group ${group.group}`
}

/** What a group may spend in this epoch: the balance after its newest top-up or, unread, all credits ever. */
export function limitOf(group: Group): Reading {
  return group.periodId === '' ? group.credits : group.openingBalance
}

/** What a group has spent of that: not below 0, where it has more than its newest top-up. */
export function spentOf(group: Group): Reading {
  if (group.periodId === '') return group.spent
  const balance = known(group.balance)
  return balance === null ? group.balance : Math.max(0, group.openingBalance - balance)
}

/** What a group's share of its limit is where that is no share, in words. */
export function unsharedWords(group: Group): string {
  if (known(limitOf(group)) === 0 && known(group.credits) === 0) return 'never topped up'
  return 'not known'
}

/** What stands where a key has no share of a limit, in words. */
export function unlimitedWords(key: KeySpend, payer: Group | null): string {
  if (key.status === 'deleted') return 'no limit any more'
  if (payer) return unsharedWords(payer)
  if (typeof key.limit === 'number') return known(key.total) === null ? 'total not known' : 'not known'
  switch (key.limit.status) {
    case 'none':
      return 'no limit'
    case 'too_large':
      return 'limit too large to show'
    case 'not_offered':
      return 'its group is not known'
    default:
      return 'limit not known'
  }
}

/** The group that pays for a key, or null where keys have limits of their own, the group is not known or the key is gone. */
export function payerOf(live: Live, key: KeySpend): Group | null {
  if (known(key.limit) !== null || key.group === '' || key.status === 'deleted') return null
  return live.groups[`${key.gateway}/${key.group}`] ?? null
}

/** The used share that counts for a key: its own or, without a limit, its group's; negative: unknown. */
export function usedRatioFor(live: Live, key: KeySpend): number {
  return known((payerOf(live, key) ?? key).usedRatio) ?? -1
}

/** Whose thresholds hold for what a key has used: its own or, without a limit, its group's. */
export function thresholdsPlace(live: Live, key: KeySpend): Budget['at'] {
  const payer = payerOf(live, key)
  return { gateway: key.gateway, group: payer?.group ?? key.group, key: payer ? '' : key.key }
}

/** The budget of each key that is as it was: a booking changes one of hundreds. */
const budgetOfKey = new WeakMap<KeySpend, Budget>()

function keyBudget(key: KeySpend): Budget {
  const made = budgetOfKey.get(key)
  if (made) return made
  const { id, total, limit, usedRatio: used, rate15m } = key
  const at = { gateway: key.gateway, group: key.group, key: key.key }
  const name = key.name || key.key
  const budget: Budget = { open: id, id, kind: 'key', name, spent: total, limit, used, rate15m, at }
  budgetOfKey.set(key, budget)
  return budget
}

/** All budgets in sight, the most used first; the same list for the same state. */
export const budgetsOf = oncePer((live: Live, scope: string): readonly Budget[] => {
  const keys = Object.values(live.keys)
    .filter((key) => inScope(scope, key) && known(key.usedRatio) !== null)
    .map(keyBudget)
  const groups = Object.values(live.groups)
    .filter((group) => inScope(scope, group) && known(group.usedRatio) !== null)
    .map((group): Budget => {
      const { id, usedRatio: used, rate15m } = group
      const [spent, limit] = [spentOf(group), limitOf(group)]
      const at = { gateway: group.gateway, group: group.group, key: '' }
      return { open: GROUP + id, id, kind: 'group', name: groupName(group), spent, limit, used, rate15m, at }
    })
  return [...keys, ...groups].sort((a, b) => order(b.used, a.used) || byId(a.open, b.open))
})

/** What of a group's balance was debited and is of no key that is known: it may be any key's. */
function untoldOf(group: Group): number {
  return group.partsKnown && group.unattributed > 0
    ? Math.max(0, Math.min(group.noKey, group.unattributed))
    : 0
}

/** Another value that is known as well as a reading. */
function withValue(reading: Reading, value: number): Reading {
  return typeof reading === 'number' ? value : { ...reading, value }
}

/** What a key spent, and of which period that is: the one of the budget that it uses up, where that is known. */
export function keySpent(
  key: KeySpend,
  payer: Group | null,
): { spent: Reading; period: string; ofGroup: boolean } {
  const total = known(key.total)
  if (payer && key.totalSince > 0 && total !== null) {
    const spent = total - key.elsewhere
    const period = `since ${fullTime(key.totalSince)}, as the balance of ${groupName(payer)} is counted`
    const untold = untoldOf(payer)
    if (untold <= 0) return { spent: withValue(key.total, spent), period, ofGroup: true }
    const more = `${money(untold)} of that balance is not attributed to a key`
    return {
      spent: { status: 'partial', value: spent, why: more },
      period: `${period}; ${more}, and may be of this one`,
      ofGroup: true,
    }
  }
  if (key.totalSince > 0)
    return { spent: key.total, period: `since ${fullTime(key.totalSince)}`, ofGroup: false }
  if (payer)
    return {
      spent: key.total,
      period: 'in all, not only since the newest top-up of its group',
      ofGroup: false,
    }
  return {
    spent: key.total,
    period: key.periodEnd > 0 || key.periodId !== '' ? 'in this budget period' : 'in all',
    ofGroup: false,
  }
}
