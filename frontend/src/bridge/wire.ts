/**
 * What the Go side sends and takes, in the form that its generator writes:
 * one namespace per Go package, plain interfaces. Types of package state are
 * topics of the live state; types of package app are questions and answers.
 *
 * Numbers: times are Unix milliseconds (0 means unknown), money is
 * nano-dollars, shares are 0–1, and a negative number means unknown where the
 * Go struct says so.
 */
export namespace state {
  export interface Gateway {
    id: string
    label: string
    colour: string
    production: boolean
    demo: boolean
    core: string
    admin: string
    overall: string
    cause: string
    nextAt: number
    lastEventAt: number
    burnPerHour: number
    today: number
  }
  export interface Link {
    id: string
    gateway: string
    hub: string
    plane: string
    state: string
    class: string
    cause: string
    attempt: number
    nextAt: number
    since: number
    transport: string
    connectedAt: number
    lostAt: number
    lastEventAt: number
    lastReceived: number
    events: number
    bytes: number
    unrecognised: number
    badFrames: number
    dropped: number
    connects: number
    resyncs: number
    roundTripMs: number
  }
  export interface KeySpend {
    id: string
    gateway: string
    key: string
    name: string
    group: string
    status: string
    total: number
    limit: number
    epoch: string
    used: number
    reported: number
    reportedLevel: string
    reportedSpend: number
    reportedAt: number
    trust: string
    lastAmount: number
    lastModel: string
    requests: number
    seen: number
    rate15m: number
    rate1h: number
    rate24h: number
    trend: string
    source: string
    updatedAt: number
    refused: number
  }
  export interface Group {
    id: string
    gateway: string
    group: string
    name: string
    balance: number
    credits: number
    spent: number
    epoch: string
    base: number
    used: number
    keyCount: number
    rate15m: number
    rate1h: number
    source: string
    updatedAt: number
  }
  export interface Burn {
    id: string
    endsAt: number
    perMinute: number[]
  }
  export interface Provider {
    id: string
    gateway: string
    provider: string
    name: string
    health: string
    switchedOff: boolean
    latencyMs: number
    error: string
    since: number
    source: string
    updatedAt: number
    changes: number
    models: string[]
    newModels: string[]
    discoveredAt: number
    hour: string
  }
  export interface Task {
    id: string
    gateway: string
    task: string
    medium: string
    status: string
    progress: number
    remainingMs: number
    estimated: boolean
    resultUrl: string
    error: string
    message: string
    model: string
    key: string
    startedAt: number
    updatedAt: number
    finishedAt: number
    source: string
  }
  export interface Nav {
    id: string
    gateway: string
    entity: string
    count: number
    created: number
    updated: number
    deleted: number
    lastSync: number
  }
  export interface Transaction {
    id: string
    gateway: string
    key: string
    keyName: string
    amount: number
    total: number
    model: string
    provider: string
    at: number
  }
  export interface Discovery {
    id: string
    gateway: string
    provider: string
    name: string
    models: string[]
    new: string[]
    at: number
  }
  export interface Change {
    id: string
    gateway: string
    entity: string
    action: string
    subject: string
    name: string
    details: string[]
    old: string
    new: string
    at: number
  }
  export interface EventLine {
    seq: number
    gateway: string
    kind: string
    severity: string
    source: string
    text: string
    at: number
  }
  export interface AlertLine {
    id: string
    rule: string
    gateway: string
    category: string
    severity: string
    status: string
    title: string
    body: string
    entityKind: string
    entity: string
    since: number
    endedAt: number
    updatedAt: number
    value: number
    acked: boolean
    ackNote: string
    snoozedTo: number
    flapping: boolean
    stale: boolean
    trust: string
    inhibited: string
    told: string
    toldAt: number
    count: number
  }
  export interface AppFact {
    id: string
    severity: string
    title: string
    text: string
    at: number
  }
  export interface Live {
    gateways: Record<string, Gateway>
    links: Record<string, Link>
    keys: Record<string, KeySpend>
    groups: Record<string, Group>
    burn: Record<string, Burn>
    providers: Record<string, Provider>
    tasks: Record<string, Task>
    nav: Record<string, Nav>
    transactions: Record<string, Transaction>
    discoveries: Record<string, Discovery>
    changes: Record<string, Change>
    events: Record<string, EventLine>
    alerts: Record<string, AlertLine>
    app: Record<string, AppFact>
  }
}

export namespace app {
  /** Everything shown now, as of frame seq. */
  export interface Snapshot {
    seq: number
    live: state.Live
    version: string
    demo: boolean
  }
  export interface GatewayProfile {
    id: string
    label: string
    colour: string
    production: boolean
    coreUrl: string
    adminUrl: string
    hasVirtualKey: boolean
    hasMasterKey: boolean
    enabled: boolean
    demo: boolean
  }
  /** A profile to make (id "") or to change. With demo, the addresses are not used. */
  export interface GatewayInput {
    id: string
    label: string
    colour: string
    production: boolean
    coreUrl: string
    adminUrl: string
    enabled: boolean
    demo: boolean
  }
  /** One rule of alerting with the numbers in force. Times in milliseconds. */
  export interface RuleView {
    id: string
    title: string
    category: string
    severity: string
    enabled: boolean
    forMs: number
    keepMs: number
    notify: boolean
    /** Set by the user, not the rule's own. */
    changed: boolean
  }
  /** Negative forMs, keepMs and empty severity leave the rule's own. */
  export interface RuleInput {
    id: string
    enabled: boolean
    severity: string
    forMs: number
    keepMs: number
    notify: boolean
  }
  /** Empty strings and lists ask for everything. */
  export interface EventQuery {
    gateway: string
    kinds: string[]
    severities: string[]
    text: string
    /** Unix ms, 0: no bound. */
    from: number
    to: number
    /** Only events with a smaller number; 0: from the newest. */
    before: number
    /** At most so many, 1–500. */
    limit: number
  }
  /** Newest first. */
  export interface EventPage {
    events: state.EventLine[]
    /** The before of the next page; 0 at the end. */
    next: number
  }
  /** Spend over time: of one key, or of all, split by something. */
  export interface SpendQuery {
    gateway: string
    key: string
    /** "provider", "model", "key" or "" for one sum. */
    by: string
    from: number
    to: number
    stepMs: number
    /** Series beyond so many are summed as "other". */
    top: number
  }
  export interface SpendSeries {
    /** Start of the first step; every series has one value per step. */
    from: number
    stepMs: number
    series: SpendLine[]
  }
  export interface SpendLine {
    name: string
    /** Nano-dollars in that step; negative: not recorded. */
    values: number[]
  }
  /** One judgement of the announcer about one alert. */
  export interface Decision {
    at: number
    status: string
    severity: string
    /** A reason, such as "sent.first" or "held.quiet". */
    reason: string
    told: boolean
    /** The sentence for a person; "" where the reason says it all. */
    text: string
  }
  export interface Thresholds {
    warning: number
    critical: number
    /** All of them, ascending, warning and critical included. */
    all: number[]
  }
  export interface NotificationSettings {
    enabled: boolean
    /** Least severity that raises a native notification. */
    minimum: string
    recovered: boolean
    tasks: boolean
    sound: boolean
    privacy: boolean
    /** 0 never repeats. */
    repeatMs: number
    perMinute: number
    perHour: number
  }
  export interface QuietHours {
    enabled: boolean
    criticalPasses: boolean
    spans: QuietSpan[]
  }
  /** Local times as "22:00"; an end before its start is the next morning. */
  export interface QuietSpan {
    /** 0 Sunday … 6 Saturday. */
    days: number[]
    from: string
    to: string
  }
  export interface Appearance {
    /** "auto", "light" or "dark". */
    theme: string
    closeToTray: boolean
    startHidden: boolean
    startAtLogin: boolean
  }
  export interface SettingsInput {
    thresholds: Thresholds
    /** Nano-dollars; budgets below it raise no threshold alerts. */
    minBudget: number
    notifications: NotificationSettings
    quietHours: QuietHours
    appearance: Appearance
  }
  export interface SettingsView extends SettingsInput {
    /** Where the settings are kept, and what in that file was not understood. */
    file: string
    problems: string[]
  }
  export interface TestResult {
    delivered: boolean
    driver: string
    message: string
  }
  export interface About {
    version: string
    go: string
    wails: string
    os: string
    dataDir: string
    logFile: string
  }
}
