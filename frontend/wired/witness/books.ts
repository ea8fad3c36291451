/** What a gateway itself says: its lists, transactions and request log, read from its own REST. */

/** Nano-dollars, as the page has them. */
export type Nano = number

export type Row = Record<string, unknown>

export type Booking = { id: number; key: string; model: string; cost: Nano; at: number }
export type Entry = {
  id: number
  credit: boolean
  amount: Nano
  after: Nano
  what: string
  by: string
  at: number
}
export type BookGroup = { id: string; name: string; row: Row; entries: Entry[] }
export type BookKey = { id: string; name: string; group: string; row: Row }

export type Books = {
  readAt: number
  groups: BookGroup[]
  keys: BookKey[]
  providers: Row[]
  mappings: Row[]
  settings: Row[]
  models: Row[]
  notices: Row[]
  /** Charged calls, newest first. */
  log: Booking[]
  /** What groups paid for calls whose rows of the log were lost with the database; see lostOf. */
  lost: Booking[]
  failures: Row[]
  /** All calls, charged or not, as far as the billing audit has them. */
  audit: Row[]
}

const NANO = 1e9

/** A number of a row, or null where the gateway gave none that could be one. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** Dollars of a row as nano-dollars; null where there are none, or more than can be counted. */
export function nanoOf(value: unknown): Nano | null {
  const n = numberOf(value)
  return n === null || !Number.isSafeInteger(Math.round(n * NANO)) ? null : Math.round(n * NANO)
}

/** Reads the whole books of a gateway. */
export async function readBooks(admin: string, master: string): Promise<Books> {
  const ask = async <T>(path: string): Promise<T> => {
    const answer = await fetch(admin + path, { headers: { 'X-Master-Key': master } })
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
    return (await answer.json()) as T
  }
  const all = async (path: string): Promise<Row[]> => {
    const rows: Row[] = []
    for (let page = 1; ; page++) {
      const part = await ask<{ items: Row[]; hasNextPage: boolean }>(`${path}?page=${page}&pageSize=100`)
      rows.push(...part.items)
      if (!part.hasNextPage) return rows
    }
  }
  const readAt = Date.now()
  const [groups, keys, providers, mappings, settings, models, notices, failures] = await Promise.all(
    [
      'VirtualKeyGroups',
      'VirtualKeys',
      'ProviderCredentials',
      'ModelProviderMapping',
      'GlobalSettings',
      'Model',
      'Notifications',
      'provider-errors/recent',
    ].map((list) => ask<Row[]>(`/api/${list}`)),
  )
  return {
    readAt,
    groups: await Promise.all(
      (groups ?? []).map(async (row) => ({
        id: String(row.id),
        name: String(row.groupName ?? ''),
        row,
        entries: (await all(`/api/VirtualKeyGroups/${row.id}/transactions`)).map(entryOf),
      })),
    ),
    keys: (keys ?? []).map((row) => ({
      id: String(row.id),
      name: String(row.keyName ?? ''),
      group: String(row.virtualKeyGroupId ?? ''),
      row,
    })),
    providers: providers ?? [],
    mappings: mappings ?? [],
    settings: settings ?? [],
    models: models ?? [],
    audit: await auditOf(admin, master, readAt),
    notices: notices ?? [],
    failures: failures ?? [],
    lost: [],
    log: (await all('/api/Analytics/logs')).map((row) => ({
      id: Number(row.id),
      key: String(row.virtualKeyId),
      model: String(row.modelName ?? ''),
      cost: nanoOf(row.cost) ?? 0,
      at: timeOf(row.timestamp),
    })),
  }
}

/** What was debited at flushes beyond what the log has of the time since the flush before, at each of them. */
export function lostOf(books: Books): Booking[] {
  return books.groups.flatMap((group) => {
    const keys = new Set(books.keys.filter((key) => key.group === group.id).map((key) => key.id))
    const flushes = group.entries
      .filter((entry) => /^API usage by/.test(entry.what))
      .toSorted((a, b) => a.at - b.at)
    return flushes.flatMap((flush, i) => {
      const since = flushes[i - 1]?.at ?? 0
      const logged = books.log.reduce(
        (all, row) => all + (keys.has(row.key) && row.at > since && row.at <= flush.at ? row.cost : 0),
        0,
      )
      const cost = flush.amount - logged
      return cost > 1000 ? [{ id: -flush.id, key: '', model: '', cost, at: flush.at }] : []
    })
  })
}

/** The billing audit of the last two hours. */
async function auditOf(admin: string, master: string, now: number): Promise<Row[]> {
  const rows: Row[] = []
  for (let page = 1; ; page++) {
    const answer = await fetch(`${admin}/api/audit/billing/query`, {
      method: 'POST',
      headers: { 'X-Master-Key': master, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        pageNumber: page,
        pageSize: 500,
        from: new Date(now - 7.2e6).toISOString(),
        to: new Date(now + 60e3).toISOString(),
      }),
    })
    const part = (await answer.json()) as { events?: Row[]; totalPages?: number }
    rows.push(...(part.events ?? []))
    if (page >= (part.totalPages ?? 0)) return rows
  }
}

function entryOf(row: Row): Entry {
  return {
    id: Number(row.id),
    credit: row.transactionType === 1,
    amount: nanoOf(row.amount) ?? 0,
    after: nanoOf(row.balanceAfter) ?? 0,
    what: String(row.description ?? ''),
    by: String(row.initiatedBy ?? ''),
    at: timeOf(row.createdAt),
  }
}

/** A time of the gateway, which is UTC whether it says so or not. */
export function timeOf(value: unknown): number {
  const text = String(value ?? '')
  return Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`)
}

/** The newest credit of a group, with the balance after it; null if it was never given any. */
export function topUp(group: BookGroup): Entry | null {
  return group.entries.find((entry) => entry.credit) ?? null
}
