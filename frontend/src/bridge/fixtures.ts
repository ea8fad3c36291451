import { known, type Reading } from '../lib/reading'
import type {
  AlertLine,
  Change,
  EventLine,
  Gateway,
  Group,
  Hit,
  KeySpend,
  Link,
  MonitoredKey,
  Nav,
  Outlook,
  Provider,
  Task,
  Transaction,
} from './types'

/** Things with every field set, for the fake door and for tests; give what matters. */

/** Dollars as nano-dollars. */
export const usd = (dollars: number) => Math.round(dollars * 1e9)

export function aGateway(of: Partial<Gateway> & { id: string }): Gateway {
  return {
    label: of.id,
    colour: 'blue',
    production: false,
    demo: false,
    core: 'connected',
    admin: 'connected',
    overall: 'connected',
    cause: '',
    nextAt: 0,
    lastEventAt: 0,
    burnPerHour: 0,
    burnSpan: 15,
    today: 0,
    todayNoKey: 0,
    todayAdjusted: 0,
    todayUnlogged: 0,
    todayUndebited: 0,
    todayPending: 0,
    booksDiffer: '',
    booksCheckedAt: 0,
    calls: -1,
    uncharged: -1,
    hourRequests: -1,
    hourFailed: -1,
    auditSince: 0,
    auditAt: 0,
    pictureAt: 0,
    ...of,
  }
}

export function aLink(of: Partial<Link> & { gateway: string; hub: string; plane: string }): Link {
  return {
    id: `${of.gateway}/${of.plane}/${of.hub}`,
    slot: '',
    state: 'connected',
    class: '',
    cause: '',
    attempt: 0,
    nextAt: 0,
    since: 0,
    transport: 'WebSockets',
    connectedAt: 0,
    lostAt: 0,
    lastEventAt: 0,
    lastReceived: 0,
    anyEventAt: 0,
    events: 0,
    bytes: 0,
    unrecognised: 0,
    badFrames: 0,
    dropped: 0,
    connects: 1,
    resyncs: 0,
    roundTripMs: -1,
    ...of,
  }
}

export function aKey(of: Partial<KeySpend> & { gateway: string; key: string }): KeySpend {
  const total: Reading = of.total ?? { status: 'unknown' }
  const limit: Reading = of.limit ?? { status: 'none' }
  return {
    id: `${of.gateway}/${of.key}`,
    name: '',
    group: '',
    status: 'enabled',
    total,
    totalSince: 0,
    unlogged: 0,
    elsewhere: 0,
    limit,
    periodId: '',
    usedRatio:
      typeof limit === 'number' && limit > 0 && typeof total === 'number'
        ? total / limit
        : { status: 'unknown' },
    reportedRatio: -1,
    reportedLevel: '',
    reportedSpend: 0,
    reportedAt: 0,
    trust: '',
    movedAt: 0,
    lastAmount: 0,
    lastModel: '',
    lastAt: 0,
    requests: 0,
    observedTotal: 0,
    today: 0,
    rateSpan: 15,
    hourSpan: 60,
    daySpan: 1440,
    rate15m: { status: 'unknown' },
    lastHour: { status: 'unknown' },
    lastDay: { status: 'unknown' },
    trend: 'unknown',
    source: 'hub:spend',
    updatedAt: 0,
    hourRequests: -1,
    hourFailed: -1,
    paidErrors: 0,
    paidFor: 0,
    expires: 0,
    periodEnd: 0,
    staleTotals: 0,
    remembered: 0,
    ...of,
  }
}

export function aGroup(of: Partial<Group> & { gateway: string; group: string }): Group {
  const base = of.openingBalance ?? 0
  const balance = known(of.balance ?? base) ?? 0
  return {
    id: `${of.gateway}/${of.group}`,
    name: '',
    balance: of.balance ?? base,
    credits: base,
    spent: base - balance,
    periodId: base > 0 ? 'topup:1' : '',
    openingBalance: base,
    usedRatio: base > 0 ? (base - balance) / base : { status: 'unknown' },
    unattributed: -1,
    keyCount: 0,
    today: 0,
    partsKnown: false,
    former: [],
    adjusted: 0,
    noKey: 0,
    rateSpan: 15,
    hourSpan: 60,
    daySpan: 1440,
    rate15m: { status: 'unknown' },
    lastHour: { status: 'unknown' },
    lastDay: { status: 'unknown' },
    trend: 'unknown',
    source: 'rest:groups',
    updatedAt: 0,
    remembered: 0,
    ...of,
  }
}

export function aProvider(of: Partial<Provider> & { gateway: string; provider: string }): Provider {
  return {
    id: `${of.gateway}/${of.provider}`,
    name: of.provider,
    type: '',
    health: 'healthy',
    switchedOff: false,
    latencyMs: -1,
    error: '',
    since: 0,
    source: 'hub:admin-notifications',
    updatedAt: 0,
    changes: 0,
    models: [],
    newModels: [],
    discoveredAt: 0,
    hourRequests: -1,
    hourFailed: -1,
    shared: false,
    p95Ms: -1,
    baselineP95Ms: -1,
    trafficAt: 0,
    recentRequests: 0,
    recentFailed: 0,
    lastFailedAt: 0,
    servedSince: 0,
    failedInRow: 0,
    rowSince: 0,
    served: -1,
    withoutFallback: -1,
    aliases: [],
    healthTimeline: '.'.repeat(60),
    remembered: 0,
    ...of,
  }
}

export function aTask(of: Partial<Task> & { gateway: string; task: string }): Task {
  return {
    id: `${of.gateway}/${of.task}`,
    medium: 'video',
    status: 'processing',
    progress: 0,
    remainingMs: -1,
    estimated: false,
    resultUrl: '',
    error: '',
    message: '',
    model: '',
    key: '',
    startedAt: 0,
    updatedAt: 0,
    finishedAt: 0,
    source: 'hub:video-generation',
    usualMs: 0,
    usualCount: 0,
    begun: true,
    lostAt: 0,
    remembered: 0,
    ...of,
  }
}

export function aNav(of: Partial<Nav> & { gateway: string; entity: string }): Nav {
  return {
    id: `${of.gateway}/${of.entity}`,
    count: -1,
    created: 0,
    updated: 0,
    deleted: 0,
    lastSync: 0,
    source: 'rest:keys',
    remembered: 0,
    ...of,
  }
}

export function aTransaction(
  of: Partial<Transaction> & { id: string; gateway: string; key: string },
): Transaction {
  return { keyName: '', amount: 0, total: -1, model: '', provider: '', source: 'hub:spend', at: 0, ...of }
}

export function aChange(of: Partial<Change> & { id: string; gateway: string }): Change {
  return {
    entity: 'configuration',
    action: 'updated',
    subject: '',
    name: '',
    details: [],
    source: 'rest:keys',
    old: '',
    new: '',
    values: [],
    since: 0,
    after: 0,
    foundAt: 0,
    own: false,
    provider: '',
    models: [],
    at: 0,
    ...of,
  }
}

export function anEvent(of: Partial<EventLine> & { seq: number }): EventLine {
  return {
    gateway: 'prod',
    kind: 'spend.recorded',
    severity: 'info',
    source: 'hub:spend',
    text: '',
    at: 0,
    ...of,
  }
}

export function anAlert(of: Partial<AlertLine> & { id: string; gateway: string }): AlertLine {
  return {
    rule: 'budget.used',
    category: 'spend',
    severity: 'warning',
    status: 'firing',
    title: of.id,
    body: '',
    evidence: '',
    ends: '',
    entityKind: 'key',
    entity: '',
    since: 0,
    endedAt: 0,
    updatedAt: 0,
    value: -1,
    threshold: 0,
    acked: false,
    ackNote: '',
    silencedUntil: 0,
    mutedUntil: 0,
    flapping: false,
    stale: false,
    trust: '',
    inhibitedBy: '',
    notifyReason: '',
    notifyDecidedAt: 0,
    notified: false,
    count: 1,
    habit: false,
    ...of,
  }
}

export function aMonitoredKey(
  of: Partial<MonitoredKey> & { gateway: string; slot: string; state: string },
): MonitoredKey {
  return {
    id: `${of.gateway}/${of.slot}`,
    label: '',
    key: '',
    name: '',
    primary: false,
    cause: '',
    since: 0,
    ...of,
  }
}

/** Who is hit: it is known to be nobody, unless said otherwise. */
export function aHit(of: Partial<Hit>): Hit {
  return {
    known: true,
    why: '',
    asOf: 0,
    models: [],
    keys: [],
    tasks: [],
    perHour: 0,
    alone: 0,
    minutes: 60,
    untold: 0,
    ...of,
  }
}

/** An outlook: of all gateways and calm, unless said otherwise. */
export function anOutlook(of: Partial<Outlook>): Outlook {
  return {
    id: '',
    condition: 'ok',
    head: 'All quiet.',
    rest: '',
    short: 'All quiet',
    unknown: [],
    hindrance: '',
    lastEventAt: 0,
    heardAt: 0,
    hubs: { offered: 0, connected: 0, partly: 0 },
    ...of,
  }
}
