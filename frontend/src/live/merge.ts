import type { Delta, Live } from '../bridge/types'

/**
 * How many of the newest lines of a list are kept, where Go tells of new ones only and
 * never that one fell off the end: as many as a snapshot has (internal/core/state). The
 * others are in the history.
 */
export const NEWEST: Readonly<Record<string, number>> = {
  events: 200,
  transactions: 100,
  discoveries: 100,
  changes: 200,
}

/** Drops the oldest of a list until it is as long as it may be. Ids are decimal numbers. */
function dropOldest(lines: Record<string, unknown>, most: number): void {
  const ids = Object.keys(lines)
  if (ids.length <= most) return
  ids.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  for (const id of ids.slice(0, ids.length - most)) delete lines[id]
}

/**
 * The live state with a delta in it. What did not change keeps its identity,
 * topic by topic and thing by thing, so that nothing renders for nothing.
 * Topics that this version does not know are left out.
 */
export function merge(live: Live, delta: Delta): Live {
  const next: Record<string, Record<string, unknown>> = { ...live }
  for (const [topic, changes] of Object.entries(delta)) {
    const now = next[topic]
    if (!now || !changes) continue
    const things = { ...now }
    for (const [id, thing] of Object.entries(changes)) {
      if (thing === null) delete things[id]
      else things[id] = thing
    }
    const most = NEWEST[topic]
    if (most !== undefined) dropOldest(things, most)
    next[topic] = things
  }
  return next as unknown as Live
}

/**
 * The newer of two whole states, but with the old identity wherever a thing
 * is the same: a snapshot after a hole must not render every row.
 */
export function reconcile(old: Live, fresh: Live): Live {
  const next: Record<string, Record<string, unknown>> = {}
  for (const topic of Object.keys(old) as (keyof Live)[]) {
    next[topic] = adoptTopic(old[topic], fresh[topic] ?? {})
  }
  return next as unknown as Live
}

function adoptTopic(old: Record<string, unknown>, fresh: Record<string, unknown>): Record<string, unknown> {
  const things: Record<string, unknown> = {}
  let same = Object.keys(old).length === Object.keys(fresh).length
  for (const [id, thing] of Object.entries(fresh)) {
    const before = old[id]
    if (before !== undefined && equal(before, thing)) things[id] = before
    else {
      things[id] = thing
      same = false
    }
  }
  return same ? old : things
}

/** Equality of wire values: flat structs with lists of scalars. */
function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => equal(v, b[i]))
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const ka = Object.keys(a)
  if (ka.length !== Object.keys(b).length) return false
  return ka.every((k) => equal((a as Record<string, unknown>)[k], (b as Record<string, unknown>)[k]))
}
