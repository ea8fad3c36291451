export namespace app {
	
	export interface About {
	    version: string;
	    go: string;
	    wails: string;
	    os: string;
	    dataDir: string;
	    logFile: string;
	}
	export interface Appearance {
	    theme: string;
	    closeToTray: boolean;
	    startHidden: boolean;
	    startAtLogin: boolean;
	}
	export interface Decision {
	    at: number;
	    status: string;
	    severity: string;
	    reason: string;
	    told: boolean;
	    text: string;
	}
	export interface EventPage {
	    events: state.EventLine[];
	    next: number;
	}
	export interface EventQuery {
	    gateway: string;
	    kinds: string[];
	    severities: string[];
	    text: string;
	    from: number;
	    to: number;
	    before: number;
	    limit: number;
	}
	export interface GatewayInput {
	    id: string;
	    label: string;
	    colour: string;
	    production: boolean;
	    coreUrl: string;
	    adminUrl: string;
	    enabled: boolean;
	    demo: boolean;
	    webhooks: string[];
	}
	export interface GatewayKey {
	    id: string;
	    label: string;
	    key: string;
	    name: string;
	    paused: boolean;
	    kept: string;
	}
	export interface GatewayProfile {
	    id: string;
	    label: string;
	    colour: string;
	    production: boolean;
	    coreUrl: string;
	    adminUrl: string;
	    hasVirtualKey: boolean;
	    hasMasterKey: boolean;
	    enabled: boolean;
	    demo: boolean;
	    masterKept: string;
	    keys: GatewayKey[];
	    webhooks: string[];
	}
	export interface NotificationSettings {
	    enabled: boolean;
	    minimum: string;
	    recovered: boolean;
	    tasks: boolean;
	    sound: boolean;
	    privacy: boolean;
	    repeatMs: number;
	    perMinute: number;
	    perHour: number;
	}
	export interface QuietSpan {
	    days: number[];
	    from: string;
	    to: string;
	}
	export interface QuietHours {
	    enabled: boolean;
	    criticalPasses: boolean;
	    spans: QuietSpan[];
	}
	
	export interface RuleInput {
	    id: string;
	    enabled: boolean;
	    severity: string;
	    forMs: number;
	    keepMs: number;
	    notify: boolean;
	}
	export interface RuleView {
	    id: string;
	    title: string;
	    category: string;
	    severity: string;
	    enabled: boolean;
	    forMs: number;
	    keepMs: number;
	    notify: boolean;
	    changed: boolean;
	}
	export interface Thresholds {
	    warning: number;
	    critical: number;
	    all: number[];
	}
	export interface SettingsInput {
	    thresholds: Thresholds;
	    minBudget: number;
	    notifications: NotificationSettings;
	    quietHours: QuietHours;
	    appearance: Appearance;
	}
	export interface SettingsView {
	    thresholds: Thresholds;
	    minBudget: number;
	    notifications: NotificationSettings;
	    quietHours: QuietHours;
	    appearance: Appearance;
	    file: string;
	    problems: string[];
	}
	export interface Snapshot {
	    seq: number;
	    live: state.Live;
	    version: string;
	    demo: boolean;
	}
	export interface SpendLine {
	    name: string;
	    values: number[];
	}
	export interface SpendQuery {
	    gateway: string;
	    key: string;
	    by: string;
	    from: number;
	    to: number;
	    stepMs: number;
	    top: number;
	}
	export interface SpendSeries {
	    from: number;
	    stepMs: number;
	    series: SpendLine[];
	}
	export interface TestResult {
	    delivered: boolean;
	    driver: string;
	    message: string;
	}

}

export namespace state {
	
	export interface AlertLine {
	    id: string;
	    rule: string;
	    gateway: string;
	    category: string;
	    severity: string;
	    status: string;
	    title: string;
	    body: string;
	    entityKind: string;
	    entity: string;
	    since: number;
	    endedAt: number;
	    updatedAt: number;
	    value: number;
	    acked: boolean;
	    ackNote: string;
	    snoozedTo: number;
	    flapping: boolean;
	    stale: boolean;
	    trust: string;
	    inhibited: string;
	    told: string;
	    toldAt: number;
	    count: number;
	}
	export interface AppFact {
	    id: string;
	    severity: string;
	    title: string;
	    text: string;
	    at: number;
	}
	export interface Burn {
	    id: string;
	    endsAt: number;
	    perMinute: number[];
	}
	export interface Change {
	    id: string;
	    gateway: string;
	    entity: string;
	    action: string;
	    subject: string;
	    name: string;
	    details: string[];
	    old: string;
	    new: string;
	    source: string;
	    at: number;
	}
	export interface Coverage {
	    id: string;
	    gateway: string;
	    topic: string;
	    way: string;
	    everyMs: number;
	    sources: string[];
	    reason: string;
	    since: number;
	}
	export interface Discovery {
	    id: string;
	    gateway: string;
	    provider: string;
	    name: string;
	    models: string[];
	    new: string[];
	    source: string;
	    at: number;
	}
	export interface EventLine {
	    seq: number;
	    gateway: string;
	    kind: string;
	    severity: string;
	    source: string;
	    text: string;
	    at: number;
	}
	export interface Gateway {
	    id: string;
	    label: string;
	    colour: string;
	    production: boolean;
	    demo: boolean;
	    core: string;
	    admin: string;
	    overall: string;
	    cause: string;
	    nextAt: number;
	    lastEventAt: number;
	    burnPerHour: number;
	    today: number;
	    calls: number;
	    uncharged: number;
	    hourRequests: number;
	    hourFailed: number;
	    auditSince: number;
	    auditAt: number;
	}
	export interface Group {
	    id: string;
	    gateway: string;
	    group: string;
	    name: string;
	    balance: number;
	    credits: number;
	    spent: number;
	    epoch: string;
	    base: number;
	    used: number;
	    other: number;
	    keyCount: number;
	    rate15m: number;
	    rate1h: number;
	    rate24h: number;
	    trend: string;
	    source: string;
	    updatedAt: number;
	}
	export interface KeySpend {
	    id: string;
	    gateway: string;
	    key: string;
	    name: string;
	    group: string;
	    status: string;
	    total: number;
	    totalSince: number;
	    limit: number;
	    epoch: string;
	    used: number;
	    reported: number;
	    reportedLevel: string;
	    reportedSpend: number;
	    reportedAt: number;
	    trust: string;
	    lastAmount: number;
	    lastModel: string;
	    requests: number;
	    seen: number;
	    rate15m: number;
	    rate1h: number;
	    rate24h: number;
	    trend: string;
	    source: string;
	    updatedAt: number;
	    hourRequests: number;
	    hourFailed: number;
	    expires: number;
	    resets: number;
	    refused: number;
	}
	export interface Link {
	    id: string;
	    gateway: string;
	    hub: string;
	    plane: string;
	    slot: string;
	    state: string;
	    class: string;
	    cause: string;
	    attempt: number;
	    nextAt: number;
	    since: number;
	    transport: string;
	    connectedAt: number;
	    lostAt: number;
	    lastEventAt: number;
	    lastReceived: number;
	    anyEventAt: number;
	    events: number;
	    bytes: number;
	    unrecognised: number;
	    badFrames: number;
	    dropped: number;
	    connects: number;
	    resyncs: number;
	    roundTripMs: number;
	}
	export interface Watch {
	    id: string;
	    gateway: string;
	    slot: string;
	    label: string;
	    key: string;
	    name: string;
	    state: string;
	    holds: boolean;
	    cause: string;
	    since: number;
	}
	export interface Source {
	    id: string;
	    gateway: string;
	    source: string;
	    outcome: string;
	    since: number;
	    cause: string;
	    askedAt: number;
	    answeredAt: number;
	    beforeAt: number;
	    everyMs: number;
	    staleMs: number;
	    latencyMs: number;
	}
	export interface Part {
	    id: string;
	    gateway: string;
	    part: string;
	    health: string;
	    reason: string;
	    because: string;
	    since: number;
	    seenAt: number;
	}
	export interface Transaction {
	    id: string;
	    gateway: string;
	    key: string;
	    keyName: string;
	    amount: number;
	    total: number;
	    model: string;
	    provider: string;
	    source: string;
	    at: number;
	}
	export interface Nav {
	    id: string;
	    gateway: string;
	    entity: string;
	    count: number;
	    created: number;
	    updated: number;
	    deleted: number;
	    lastSync: number;
	    source: string;
	}
	export interface Task {
	    id: string;
	    gateway: string;
	    task: string;
	    medium: string;
	    status: string;
	    progress: number;
	    remainingMs: number;
	    estimated: boolean;
	    resultUrl: string;
	    error: string;
	    message: string;
	    model: string;
	    key: string;
	    startedAt: number;
	    updatedAt: number;
	    finishedAt: number;
	    source: string;
	}
	export interface Provider {
	    id: string;
	    gateway: string;
	    provider: string;
	    name: string;
	    sort: string;
	    health: string;
	    switchedOff: boolean;
	    latencyMs: number;
	    error: string;
	    since: number;
	    source: string;
	    updatedAt: number;
	    changes: number;
	    models: string[];
	    newModels: string[];
	    discoveredAt: number;
	    hourRequests: number;
	    hourFailed: number;
	    shared: boolean;
	    p95Ms: number;
	    usualP95Ms: number;
	    trafficAt: number;
	    served: number;
	    uncovered: number;
	    hour: string;
	}
	export interface Live {
	    gateways: Record<string, Gateway>;
	    links: Record<string, Link>;
	    keys: Record<string, KeySpend>;
	    groups: Record<string, Group>;
	    burn: Record<string, Burn>;
	    providers: Record<string, Provider>;
	    tasks: Record<string, Task>;
	    nav: Record<string, Nav>;
	    transactions: Record<string, Transaction>;
	    discoveries: Record<string, Discovery>;
	    changes: Record<string, Change>;
	    events: Record<string, EventLine>;
	    alerts: Record<string, AlertLine>;
	    app: Record<string, AppFact>;
	    parts: Record<string, Part>;
	    coverage: Record<string, Coverage>;
	    sources: Record<string, Source>;
	    watched: Record<string, Watch>;
	}
	
	
	
	
	
	

}

