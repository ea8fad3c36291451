import type { Live } from '../../src/bridge/types'
import type { Received } from '../recorder'
import { clockIn } from '../zones'
import { type BookGroup, type Booking, type BookKey, type Books, type Nano, nanoOf, topUp } from './books'
import type { Sample } from './page'

/** What a batch spent for a key: the gateway's books name its group only. */
export type Batch = { gateway: string; key: string; amount: Nano; at: number }

/** Which group a key was of until it was moved to another. */
export type Move = { key: string; group: string; until: number }

/** All that a witness knows when it looks at a page. */
export type World = {
  /** The books of each gateway; a gateway that cannot be asked has none. */
  books: Map<string, Books>
  live: Live
  now: number
  /** When the program was started first. */
  began: number
  zone: string
  batches: Batch[]
  moves: readonly Move[]
  received: Received[]
  /** How many WebSockets the gateways hold open. */
  sockets: number
  /** What the program has keys for. */
  sees: { core: boolean; admin: boolean }
  /** Which keys it was given, be they good or not. */
  has: { core: boolean; admin: boolean }
  /** Whether the gateway answers at all. */
  answers: boolean
  /** A hub was away for a while: what batches were for may not have been heard. */
  unheard: boolean
  /** Lists that the gateway does not let it read. */
  forbidden: readonly string[]
  /** Names that stand in no book: of profiles, hubs, tasks. */
  names: string[]
}

/** How a fact was found: as the books have it, as the program itself has it, rightly said to be unknown, or with nothing to hold it against. */
export type Verdict = 'books' | 'own' | 'unknown' | 'seen' | { wrong: string }

export type Check = (sample: Sample, world: World) => Verdict

export const wrong = (why: string): Verdict => ({ wrong: why })

/** "prod/5" as the gateway and what the gateway calls it. */
export function split(id: string): [gateway: string, own: string] {
  const at = id.indexOf('/')
  return at < 0 ? [id, ''] : [id.slice(0, at), id.slice(at + 1)]
}

export function groupOf(w: World, id: string): BookGroup | null {
  const [gateway, own] = split(id.replace(/^group:/, ''))
  return w.books.get(gateway)?.groups.find((group) => group.id === own) ?? null
}

export function keyOf(w: World, id: string): BookKey | null {
  const [gateway, own] = split(id)
  return w.books.get(gateway)?.keys.find((key) => key.id === own) ?? null
}

/** The books that a scope is about: those of a gateway, or all for "". */
export function inScope(w: World, scope: string): [string, Books][] {
  return [...w.books].filter(([id]) => scope === '' || scope === id)
}

/** Calls of a key, whatever became of it since. */
export function callsOf(w: World, id: string): Booking[] {
  const [gateway, own] = split(id)
  return w.books.get(gateway)?.log.filter((row) => row.key === own) ?? []
}

const sum = (all: readonly { cost: Nano }[]) => all.reduce((total, one) => total + one.cost, 0)

/** What batches spent, of a key or of all. */
export function batched(w: World, since: number, of: (batch: Batch) => boolean): Nano {
  return w.batches.reduce((all, one) => all + (one.at >= since && of(one) ? one.amount : 0), 0)
}

/** What a key spent from a time on. */
export function spentByKey(w: World, id: string, since = 0): Nano {
  const [gateway, own] = split(id)
  return (
    sum(callsOf(w, id).filter((row) => row.at >= since)) +
    batched(w, since, (batch) => batch.gateway === gateway && batch.key === own)
  )
}

/** The same as a truth: while a hub is away, nobody tells which key a batch was for. */
export function spentOfKey(w: World, id: string, since = 0): Nano | [Nano, Nano] {
  const all = spentByKey(w, id, since)
  return w.unheard ? [sum(callsOf(w, id).filter((row) => row.at >= since)), all] : all
}

/** What a gateway spent from a time on: its calls, and what its books debited for no call. */
export function spentAt(books: Books, since: number): Nano {
  const calls = sum(books.log.filter((row) => row.at >= since))
  const others = books.groups
    .flatMap((group) => group.entries)
    .filter((entry) => !entry.credit && entry.at >= since && !/^API usage by/.test(entry.what))
  const lost = sum(books.lost.filter((row) => row.at >= since))
  return calls + lost + others.reduce((all, entry) => all + entry.amount, 0)
}

/** What a group was debited at once, and no row of the log has: batches, images. Administrators spend nothing. */
export const debitsOf = (group: BookGroup): Booking[] =>
  group.entries
    .filter((entry) => !entry.credit && !/^API usage by/.test(entry.what) && entry.by !== 'AdminUser')
    .map((entry) => ({ id: -entry.id, key: '', model: '', cost: entry.amount, at: entry.at }))

/** All that a gateway spent, logged or not. */
export const bookingsOf = (books: Books): Booking[] => [
  ...books.log,
  ...books.lost,
  ...books.groups.flatMap(debitsOf),
]

/** When the day began in a time zone. */
export function midnight(now: number, zone: string): number {
  const [h = 0, m = 0, sec = 0] = clockIn(zone, now).split(':').map(Number)
  const since = (h * 60 + m) * 60e3 + sec * 1000
  return Math.floor(now / 1000) * 1000 - since
}

/** The balance after a group's newest top-up; null where it had none or one of its figures is not known. */
export function openingOf(group: BookGroup): Nano | null {
  return topUp(group)?.after ?? null
}

export const balanceOf = (group: BookGroup) => nanoOf(group.row.balance)

/** What a group used of its newest top-up. */
export function usedOf(group: BookGroup): Nano | null {
  const [opening, balance] = [openingOf(group), balanceOf(group)]
  return opening === null || balance === null ? null : Math.max(0, opening - balance)
}

/** The used share of a group, 0–1. */
export function shareOf(group: BookGroup): number | null {
  const [used, opening] = [usedOf(group), openingOf(group)]
  return used === null || opening === null || opening <= 0 ? null : used / opening
}

/** The group that pays for a key. */
export function payerOf(w: World, id: string): BookGroup | null {
  const key = keyOf(w, id)
  return key ? groupOf(w, `${split(id)[0]}/${key.group}`) : null
}

/** The keys of a group, those that were deleted among them: of them the program alone knows whose they were. */
export const keysIn = (w: World, gateway: string, group: string): string[] => {
  const listed = w.books.get(gateway)?.keys ?? []
  const gone = Object.values(w.live.keys).filter(
    (key) => key.gateway === gateway && key.group === group && key.status === 'deleted',
  )
  const own = listed.filter((key) => key.group === group).map((key) => `${gateway}/${key.id}`)
  return [...own, ...gone.filter((key) => !listed.some((one) => one.id === key.key)).map((key) => key.id)]
}

/** Calls that a group pays for: a key that was moved was another's until then, and no book says when that was. */
export const callsOfGroup = (id: string, w: World): Booking[] => {
  const [gateway, own] = split(id.replace(/^group:/, ''))
  const keys = new Set(keysIn(w, gateway, own))
  const payer = (row: Booking) =>
    w.moves.find((one) => one.key === row.key && row.at < one.until)?.group ??
    (keys.has(`${gateway}/${row.key}`) ? own : '')
  const logged = (w.books.get(gateway)?.log ?? []).filter((row) => payer(row) === own)
  const debits = w.books.get(gateway)?.groups.find((one) => String(one.id) === own)
  const flushed = new Set(debits?.entries.map((entry) => entry.id))
  const lost = (w.books.get(gateway)?.lost ?? []).filter((row) => flushed.has(-row.id)) // see lostOf
  return [...logged, ...lost, ...(debits ? debitsOf(debits) : [])]
}

/** Items of batches for a key: in no log, and the key's if a hub told whose they are. */
export const itemsOf = (id: string, w: World): Booking[] =>
  w.batches
    .filter((one) => `${one.gateway}/${one.key}` === id)
    .map((one, i) => ({ id: -1 - i, key: one.key, model: '', cost: one.amount, at: one.at }))
