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
	export interface CalendarItem {
	    id: string;
	    at: number;
	    kind: string;
	    gateway: string;
	    open: string;
	    name: string;
	    words: string;
	}
	export interface Decision {
	    at: number;
	    status: string;
	    severity: string;
	    reason: string;
	    notified: boolean;
	    text: string;
	    words: string;
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
	    keys: string[];
	    providers: string[];
	    task: string;
	    from: number;
	    to: number;
	    before: number;
	    limit: number;
	}
	export interface ExportInput {
	    incident: string;
	    events: EventQuery;
	    format: string;
	    hideNames: boolean;
	    hideAmounts: boolean;
	}
	export interface Exported {
	    path: string;
	    lines: number;
	}
	export interface ForecastGap {
	    from: number;
	    to: number;
	}
	export interface ForecastPoint {
	    at: number;
	    low: number;
	    likely: number;
	    high: number;
	}
	export interface ForecastStep {
	    at: number;
	    kind: string;
	    amount: number;
	}
	export interface ForecastView {
	    id: string;
	    limit: number;
	    at: number;
	    past: ForecastPoint[];
	    ahead: ForecastPoint[];
	    steps: ForecastStep[];
	    gaps: ForecastGap[];
	}
	export interface OwnNetwork {
	    proxy: string;
	    caFile: string;
	    clientCert: string;
	    clientKey: string;
	    skipNegotiation: string;
	    allowQueryToken: string;
	    transports: string[];
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
	    network: OwnNetwork;
	}
	export interface GatewayKey {
	    id: string;
	    label: string;
	    key: string;
	    name: string;
	    paused: boolean;
	    storedIn: string;
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
	    environmentKeys: number;
	    masterKeyStoredIn: string;
	    keys: GatewayKey[];
	    webhooks: string[];
	    network: OwnNetwork;
	}
	export interface ImportChange {
	    path: string;
	    from: string;
	    to: string;
	}
	export interface ImportResult {
	    changes: ImportChange[];
	    problems: string[];
	}
	export interface IncidentAlert {
	    id: string;
	    rule: string;
	    severity: string;
	    status: string;
	    title: string;
	    body: string;
	    entityKind: string;
	    entity: string;
	    since: number;
	    endedAt: number;
	    ackNote: string;
	    acked: boolean;
	}
	export interface IncidentLine {
	    id: string;
	    alert: string;
	    gateway: string;
	    category: string;
	    severity: string;
	    title: string;
	    since: number;
	    endedAt: number;
	    alerts: number;
	    notified: number;
	    inWindow: number;
	    kept: boolean;
	}
	export interface IncidentQuery {
	    gateway: string;
	    text: string;
	    from: number;
	    to: number;
	    open: boolean;
	    limit: number;
	}
	export interface IncidentStep {
	    at: number;
	    alert: string;
	    decision: boolean;
	    notified: boolean;
	    severity: string;
	    words: string;
	    text: string;
	}
	export interface IncidentView {
	    id: string;
	    alert: string;
	    gateway: string;
	    category: string;
	    severity: string;
	    title: string;
	    since: number;
	    endedAt: number;
	    alerts: number;
	    notified: number;
	    inWindow: number;
	    kept: boolean;
	    of: IncidentAlert[];
	    steps: IncidentStep[];
	}
	export interface KeyPlace {
	    at: string;
	    locked: boolean;
	    file: string;
	    why: string;
	    wanted: boolean;
	}
	export interface MuteScope {
	    alert: string;
	    gateway: string;
	    category: string;
	    entity: string;
	    kind: string;
	}
	export interface MaintenanceWindow {
	    id: string;
	    scope: MuteScope;
	    from: number;
	    to: number;
	    weekly: boolean;
	    note: string;
	}
	
	export interface Muted {
	    scope: MuteScope;
	    until: number;
	    alsoCritical: boolean;
	}
	export interface NetworkSettings {
	    proxy: string;
	    caFile: string;
	    clientCert: string;
	    clientKey: string;
	    skipNegotiation: boolean;
	    allowQueryToken: boolean;
	    transports: string[];
	}
	export interface Normal {
	    rule: string;
	    gateway: string;
	    kind: string;
	    entity: string;
	    dimension: string;
	    title: string;
	}
	export interface NotificationSettings {
	    enabled: boolean;
	    minimum: string;
	    sendResolved: boolean;
	    tasks: boolean;
	    sound: boolean;
	    privacy: boolean;
	    repeatIntervalMs: number;
	    perMinute: number;
	    perHour: number;
	}
	
	export interface OwnThresholds {
	    gateway: string;
	    group: string;
	    key: string;
	    warning: number;
	    critical: number;
	}
	export interface PreviewOccasion {
	    from: number;
	    to: number;
	    title: string;
	    severity: string;
	    notices: number;
	}
	export interface ProbeCheck {
	    section: string;
	    title: string;
	    result: string;
	    text: string;
	    do: string;
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
	
	export interface ReconnectSettings {
	    scheduleMs: number[];
	    maxMs: number;
	}
	export interface TrayPreview {
	    shape: string;
	    tooltip: string;
	    headline: string;
	    lines: string[];
	}
	export interface ReplayMoment {
	    n: number;
	    at: number;
	    asOf: number;
	    known: boolean;
	    before: number;
	    after: number;
	    delta: unknown;
	    whole: boolean;
	    tray: TrayPreview;
	}
	export interface ReplayRange {
	    from: number;
	    to: number;
	    now: number;
	}
	export interface RetentionSettings {
	    eventsMs: number;
	    sumsMs: number;
	    maxMegabytes: number;
	}
	export interface RuleInput {
	    id: string;
	    enabled: boolean;
	    severity: string;
	    forMs: number;
	    keepFiringForMs: number;
	    repeatMs: number;
	}
	export interface RulePreview {
	    from: number;
	    to: number;
	    unknown: string;
	    missing: string;
	    cut: boolean;
	    events: number;
	    watchedMs: number;
	    times: number;
	    openMs: number;
	    longestMs: number;
	    notices: number;
	    night: number;
	    held: number;
	    occasions: PreviewOccasion[];
	}
	export interface RuleView {
	    id: string;
	    title: string;
	    category: string;
	    severity: string;
	    enabled: boolean;
	    forMs: number;
	    keepFiringForMs: number;
	    repeatMs: number;
	    repeats: boolean;
	    notify: boolean;
	    changed: boolean;
	}
	export interface SavedSearch {
	    name: string;
	    search: string;
	}
	export interface ServerCertificate {
	    address: string;
	    trouble: string;
	    text: string;
	    subject: string;
	    names: string[];
	    issuer: string;
	    from: number;
	    to: number;
	    authority: string;
	    fingerprint: string;
	}
	export interface UpdateSettings {
	    daily: boolean;
	    address: string;
	    key: string;
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
	    network: NetworkSettings;
	    updates: UpdateSettings;
	    reconnect: ReconnectSettings;
	    retention: RetentionSettings;
	}
	export interface SettingsView {
	    thresholds: Thresholds;
	    minBudget: number;
	    notifications: NotificationSettings;
	    quietHours: QuietHours;
	    appearance: Appearance;
	    network: NetworkSettings;
	    updates: UpdateSettings;
	    reconnect: ReconnectSettings;
	    retention: RetentionSettings;
	    loginAsked: boolean;
	    textSize: number;
	    own: OwnThresholds[];
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
	    id: string;
	    values: number[];
	    undated: number;
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
	    undated: state.Undated[];
	}
	export interface TestResult {
	    delivered: boolean;
	    driver: string;
	    message: string;
	}
	
	
	export interface UpdateAnswer {
	    kind: string;
	    version: string;
	    notes: string;
	    text: string;
	    at: number;
	}

}

export namespace cause {
	
	export interface Candidate {
	    id: string;
	    kind: string;
	    title: string;
	    at: number;
	    since: number;
	    found: number;
	    likely: number;
	    why: string[];
	}
	export interface HitKey {
	    key: string;
	    name: string;
	    models: string[];
	    perHour: number;
	    alone: boolean;
	}
	export interface HitModel {
	    model: string;
	    fallback: boolean;
	    perHour: number;
	}
	export interface Hit {
	    known: boolean;
	    why: string;
	    asOf: number;
	    models: HitModel[];
	    keys: HitKey[];
	    tasks: string[];
	    perHour: number;
	    alone: number;
	    minutes: number;
	    untold: number;
	}
	

}

export namespace run {
	
	export interface Causes {
	    candidates: cause.Candidate[];
	    hit: cause.Hit;
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
	    was?: string;
	    body: string;
	    evidence: string;
	    ends: string;
	    entityKind: string;
	    entity: string;
	    since: number;
	    endedAt: number;
	    updatedAt: number;
	    value: number;
	    threshold: number;
	    acked: boolean;
	    ackNote: string;
	    silencedUntil: number;
	    mutedUntil: number;
	    flapping: boolean;
	    stale: boolean;
	    trust: string;
	    inhibitedBy: string;
	    notifyReason: string;
	    notifyDecidedAt: number;
	    notified: boolean;
	    count: number;
	    habit: boolean;
	}
	export interface AppCondition {
	    id: string;
	    severity: string;
	    title: string;
	    text: string;
	    at: number;
	}
	export interface Undated {
	    from: number;
	    to: number;
	    amount: number;
	}
	export interface Burn {
	    id: string;
	    endsAt: number;
	    perMinute: number[];
	    undated: Undated[];
	}
	export interface ChangedValue {
	    field: string;
	    old: string;
	    new: string;
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
	    values: ChangedValue[];
	    since: number;
	    after: number;
	    foundAt: number;
	    own: boolean;
	    provider: string;
	    models: string[];
	}
	
	export interface ComponentHealth {
	    id: string;
	    gateway: string;
	    component: string;
	    health: string;
	    reason: string;
	    causedBy: string;
	    since: number;
	    began: boolean;
	    observedAt: number;
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
	export interface Forecast {
	    id: string;
	    gateway: string;
	    kind: string;
	    subject: string;
	    name: string;
	    outcome: string;
	    earliest: number;
	    likely: number;
	    latest: number;
	    reset: number;
	    spent: number;
	    limit: number;
	    periodId: string;
	    at: number;
	    perHour: number;
	    since: number;
	    times: number;
	    tried: number;
	    head: string;
	    range: string;
	    basis: string;
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
	    burnPerHour: number | { status: string; why?: string; value?: number; since?: number };
	    burnSpan: number;
	    today: number | { status: string; why?: string; value?: number; since?: number };
	    todayNoKey: number;
	    todayAdjusted: number;
	    todayUnlogged: number;
	    todayUndebited: number;
	    todayPending: number;
	    booksDiffer: string;
	    booksCheckedAt: number;
	    calls: number;
	    uncharged: number;
	    hourRequests: number;
	    hourFailed: number;
	    auditSince: number;
	    auditAt: number;
	    pictureAt: number;
	}
	export interface GroupShare {
	    key: string;
	    name: string;
	    spent: number;
	}
	export interface Group {
	    id: string;
	    gateway: string;
	    group: string;
	    name: string;
	    balance: number | { status: string; why?: string; value?: number; since?: number };
	    credits: number | { status: string; why?: string; value?: number; since?: number };
	    spent: number | { status: string; why?: string; value?: number; since?: number };
	    periodId: string;
	    openingBalance: number;
	    usedRatio: number | { status: string; why?: string; value?: number; since?: number };
	    unattributed: number;
	    keyCount: number;
	    today: number | { status: string; why?: string; value?: number; since?: number };
	    partsKnown: boolean;
	    former: GroupShare[];
	    adjusted: number;
	    noKey: number;
	    rateSpan: number;
	    hourSpan: number;
	    daySpan: number;
	    rate15m: number | { status: string; why?: string; value?: number; since?: number };
	    lastHour: number | { status: string; why?: string; value?: number; since?: number };
	    lastDay: number | { status: string; why?: string; value?: number; since?: number };
	    trend: string;
	    source: string;
	    updatedAt: number;
	    remembered: number;
	}
	
	export interface Hubs {
	    offered: number;
	    connected: number;
	    partly: number;
	}
	export interface KeySpend {
	    id: string;
	    gateway: string;
	    key: string;
	    name: string;
	    group: string;
	    status: string;
	    total: number | { status: string; why?: string; value?: number; since?: number };
	    totalSince: number;
	    unlogged: number;
	    elsewhere: number;
	    movedAt: number;
	    limit: number | { status: string; why?: string; value?: number; since?: number };
	    periodId: string;
	    usedRatio: number | { status: string; why?: string; value?: number; since?: number };
	    reportedRatio: number;
	    reportedLevel: string;
	    reportedSpend: number;
	    reportedAt: number;
	    trust: string;
	    lastAmount: number;
	    lastModel: string;
	    lastAt: number;
	    requests: number;
	    observedTotal: number;
	    today: number | { status: string; why?: string; value?: number; since?: number };
	    rateSpan: number;
	    hourSpan: number;
	    daySpan: number;
	    rate15m: number | { status: string; why?: string; value?: number; since?: number };
	    lastHour: number | { status: string; why?: string; value?: number; since?: number };
	    lastDay: number | { status: string; why?: string; value?: number; since?: number };
	    trend: string;
	    source: string;
	    updatedAt: number;
	    hourRequests: number;
	    hourFailed: number;
	    paidErrors: number;
	    paidFor: number;
	    expires: number;
	    periodEnd: number;
	    staleTotals: number;
	    remembered: number;
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
	export interface Outlook {
	    id: string;
	    condition: string;
	    head: string;
	    rest: string;
	    short: string;
	    unknown: string[];
	    hindrance: string;
	    lastEventAt: number;
	    heardAt: number;
	    hubs: Hubs;
	}
	export interface MonitoredKey {
	    id: string;
	    gateway: string;
	    slot: string;
	    label: string;
	    key: string;
	    name: string;
	    state: string;
	    primary: boolean;
	    cause: string;
	    since: number;
	}
	export interface PollTarget {
	    id: string;
	    gateway: string;
	    source: string;
	    outcome: string;
	    since: number;
	    times: number;
	    cause: string;
	    polledAt: number;
	    succeededAt: number;
	    previousSuccessAt: number;
	    intervalMs: number;
	    staleAfterMs: number;
	    latencyMs: number;
	}
	export interface TopicDelivery {
	    id: string;
	    gateway: string;
	    topic: string;
	    delivery: string;
	    intervalMs: number;
	    sources: string[];
	    reason: string;
	    partly: boolean;
	    since: number;
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
	    remembered: number;
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
	    usualMs: number;
	    usualCount: number;
	    begun: boolean;
	    lostAt: number;
	    remembered: number;
	}
	export interface Provider {
	    id: string;
	    gateway: string;
	    provider: string;
	    name: string;
	    type: string;
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
	    baselineP95Ms: number;
	    trafficAt: number;
	    recentRequests: number;
	    recentFailed: number;
	    lastFailedAt: number;
	    servedSince: number;
	    failedInRow: number;
	    rowSince: number;
	    served: number;
	    withoutFallback: number;
	    aliases: string[];
	    healthTimeline: string;
	    remembered: number;
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
	    app: Record<string, AppCondition>;
	    components: Record<string, ComponentHealth>;
	    deliveries: Record<string, TopicDelivery>;
	    pollTargets: Record<string, PollTarget>;
	    monitoredKeys: Record<string, MonitoredKey>;
	    outlooks: Record<string, Outlook>;
	    forecasts: Record<string, Forecast>;
	}
	
	
	
	
	
	
	
	

}

