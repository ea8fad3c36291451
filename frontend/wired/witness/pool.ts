import { nanoOf } from './books'
import type { Pool } from './check'
import { phrases } from './phrases'
import { moneyIn } from './say'
import {
  balanceOf,
  debitsOf,
  inScope,
  midnight,
  openingOf,
  shareOf,
  spentAt,
  spentOfKey,
  usedOf,
  type World,
} from './world'

const pools = new WeakMap<World, Map<string, Pool>>()

/** Every number and name of a gateway's books that a sentence about it may hold; "" is all gateways. */
export function pool(w: World, scope = ''): Pool {
  const known = pools.get(w) ?? new Map<string, Pool>()
  pools.set(w, known)
  const made = known.get(scope) ?? make(w, scope)
  known.set(scope, made)
  return made
}

function make(w: World, scope: string): Pool {
  const all: Pool = {
    names: namesOf(w),
    links: Object.keys(w.live.links).length,
    money: [],
    shares: [0.5, 0.75, 0.9, 1],
    phrases: (text) => phrases(text, scope, w),
    counts: [401, 402, 403, 404, 429, 500, 502, 503, 504],
  }
  const amount = (...nano: (number | null)[]) => all.money.push(...nano.filter((n) => n !== null))
  const add = (...n: number[]) => all.counts.push(...n)
  const day = midnight(w.now, w.zone)
  for (const [id, books] of inScope(w, scope)) {
    for (const group of books.groups) {
      amount(balanceOf(group), openingOf(group), usedOf(group))
      const taken = group.entries.filter((one) => !one.credit && /^Admin/.test(one.by) && one.at >= day)
      amount(taken.reduce((sum, one) => sum + one.amount, 0))
      amount(nanoOf(group.row.lifetimeCreditsAdded), nanoOf(group.row.lifetimeSpent))
      const members = new Set(books.keys.filter((key) => key.group === String(group.id)).map((key) => key.id))
      const booked = [...books.log.filter((row) => members.has(row.key)), ...debitsOf(group)]
      amount(booked.reduce((all, one) => all + (one.at >= day ? one.cost : 0), 0))
      const opening = openingOf(group) ?? 0
      for (const entry of group.entries.slice(0, 500))
        amount(entry.amount, entry.after, opening - entry.after)
      const share = shareOf(group)
      if (share !== null) all.shares.push(share, 1 - share)
      add(Number(group.row.virtualKeyCount), Number(group.id))
    }
    // All groups together, as what is foreseen of a gateway has them.
    for (const of of [openingOf, usedOf, balanceOf])
      amount(books.groups.reduce((sum, group) => sum + (of(group) ?? 0), 0))
    for (const key of books.keys) {
      for (const since of [0, day]) amount(...[spentOfKey(w, `${id}/${key.id}`, since)].flat())
      add(Number(key.id), Number(key.row.rateLimitRpm ?? 0))
      const calls = books.log.filter((row) => row.key === key.id)
      add(calls.length)
    }
    for (const call of books.log) amount(call.cost)
    // What a key has cost as it grew, with what its group was debited for it and no row of the log shows.
    const sums = new Map<string, number>()
    for (const call of [...books.log].reverse()) {
      const grown = (sums.get(call.key) ?? 0) + call.cost
      sums.set(call.key, grown)
      const group = books.groups.find(
        (one) => String(one.id) === books.keys.find((key) => key.id === call.key)?.group,
      )
      const beside = group ? debitsOf(group).filter((one) => one.at <= call.at) : []
      amount(grown, ...beside.map((one) => grown + one.cost))
      amount(grown + beside.reduce((all, one) => all + one.cost, 0))
    }
    amount(spentAt(books, day), spentAt(books, 0))
    for (const row of [...books.providers, ...books.mappings]) add(Number(row.id), Number(row.keyCount ?? 0))
    add(
      books.groups.length,
      books.keys.length,
      books.providers.length,
      books.mappings.length,
      books.log.length,
    )
    for (const setting of books.settings) add(...[...String(setting.value).matchAll(/\d+/g)].map(Number))
    for (const failure of books.failures)
      add(...[...String(failure.errorMessage).matchAll(/\d+/g)].map(Number))
    const health = books.providers.filter((row) => row.isEnabled === true).length
    add(health, books.providers.length - health)
  }
  for (const change of Object.values(w.live.changes))
    for (const value of [change.old, change.new, ...change.values.flatMap((one) => [one.old, one.new])]) {
      add(...[...value.matchAll(/\d+/g)].map(Number))
      for (const price of moneyIn(value.startsWith('$') ? value : `$${value}`)) amount(price.value)
    }
  for (const batch of w.batches) amount(batch.amount)
  const alerts = Object.values(w.live.alerts).filter((alert) => alert.status === 'firing').length
  add(alerts, Math.max(0, alerts - 2))
  return all
}

/** All names that can stand on a page, the longest first. */
export function namesOf(w: World): string[] {
  const names = new Set<string>(w.names)
  const add = (...texts: unknown[]) => {
    for (const text of texts) if (typeof text === 'string' && text !== '') names.add(text)
  }
  for (const [id, books] of w.books) {
    add(id)
    for (const group of books.groups) add(group.name, `Group ${group.id}`)
    for (const key of books.keys) add(key.name, `key ${key.id}`, `Key ${key.id}`, `#${key.id}`)
    for (const row of books.providers) add(row.providerName, row.baseUrl)
    for (const row of books.mappings) add(row.modelAlias, row.providerModelId)
    for (const row of books.models) add(row.name)
    for (const row of books.settings) add(row.key)
    for (const row of books.notices) add(row.message)
  }
  for (const gateway of Object.values(w.live.gateways)) add(gateway.label)
  for (const link of Object.values(w.live.links)) add(link.hub)
  for (const key of Object.values(w.live.keys)) add(`key ${key.key}`) // of those that were deleted no list tells
  return [...names].sort((a, b) => b.length - a.length)
}
