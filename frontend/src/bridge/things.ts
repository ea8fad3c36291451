import type {
  AlertLine,
  Change,
  EventLine,
  Gateway,
  Group,
  KeySpend,
  Link,
  Nav,
  Provider,
  Task,
  Transaction,
  Watch,
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
    today: 0,
    calls: -1,
    uncharged: -1,
    hourRequests: -1,
    hourFailed: -1,
    auditSince: 0,
    auditAt: 0,
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
  const total = of.total ?? -1
  const limit = of.limit ?? 0
  return {
    id: `${of.gateway}/${of.key}`,
    name: '',
    group: '',
    status: 'enabled',
    total,
    totalSince: 0,
    limit,
    epoch: '',
    used: limit > 0 && total >= 0 ? total / limit : -1,
    reported: -1,
    reportedLevel: '',
    reportedSpend: 0,
    reportedAt: 0,
    trust: '',
    lastAmount: 0,
    lastModel: '',
    requests: 0,
    seen: 0,
    rate15m: -1,
    rate1h: -1,
    rate24h: -1,
    trend: 'unknown',
    source: 'hub:spend',
    updatedAt: 0,
    hourRequests: -1,
    hourFailed: -1,
    expires: 0,
    resets: 0,
    refused: 0,
    ...of,
  }
}

export function aGroup(of: Partial<Group> & { gateway: string; group: string }): Group {
  const base = of.base ?? 0
  const balance = of.balance ?? base
  return {
    id: `${of.gateway}/${of.group}`,
    name: '',
    balance,
    credits: base,
    spent: base - balance,
    epoch: base > 0 ? 'topup:1' : '',
    base,
    used: base > 0 ? (base - balance) / base : -1,
    other: -1,
    keyCount: 0,
    rate15m: -1,
    rate1h: -1,
    rate24h: -1,
    trend: 'unknown',
    source: 'rest:groups',
    updatedAt: 0,
    ...of,
  }
}

export function aProvider(of: Partial<Provider> & { gateway: string; provider: string }): Provider {
  return {
    id: `${of.gateway}/${of.provider}`,
    name: of.provider,
    sort: '',
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
    usualP95Ms: -1,
    trafficAt: 0,
    served: -1,
    uncovered: -1,
    hour: '.'.repeat(60),
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
    entityKind: 'key',
    entity: '',
    since: 0,
    endedAt: 0,
    updatedAt: 0,
    value: -1,
    acked: false,
    ackNote: '',
    snoozedTo: 0,
    flapping: false,
    stale: false,
    trust: '',
    inhibited: '',
    told: '',
    toldAt: 0,
    count: 1,
    ...of,
  }
}

export function aWatch(of: Partial<Watch> & { gateway: string; slot: string; state: string }): Watch {
  return {
    id: `${of.gateway}/${of.slot}`,
    label: '',
    key: '',
    name: '',
    holds: false,
    cause: '',
    since: 0,
    ...of,
  }
}
