import type {
  About,
  Decision,
  EventPage,
  EventQuery,
  Frame,
  GatewayInput,
  GatewayProfile,
  RuleInput,
  RuleView,
  SettingsInput,
  SettingsView,
  Severity,
  Snapshot,
  SpendQuery,
  SpendSeries,
  TestResult,
} from './types'

/**
 * The bound Go methods, by service. Every promise rejects with a BridgeError
 * and with nothing else.
 */
export type Services = {
  Live: {
    Snapshot(): Promise<Snapshot>
  }
  Gateways: {
    List(): Promise<GatewayProfile[]>
    Save(input: GatewayInput): Promise<GatewayProfile>
    Delete(id: string): Promise<void>
    /** An empty key keeps the one that is stored. */
    SetKeys(id: string, virtualKey: string, masterKey: string): Promise<void>
    /** Stores one more virtual key, watches it and gives its id. */
    AddKey(id: string, label: string, key: string): Promise<string>
    ReplaceKey(id: string, keyId: string, key: string): Promise<void>
    LabelKey(id: string, keyId: string, label: string): Promise<void>
    PauseKey(id: string, keyId: string, paused: boolean): Promise<void>
    RemoveKey(id: string, keyId: string): Promise<void>
    /** Forgets all keys, closes what used them and clears what was read with them. */
    ForgetKeys(id: string): Promise<void>
    Connect(id: string): Promise<void>
    Disconnect(id: string): Promise<void>
    Reconnect(id: string): Promise<void>
    /** Reads again what can be read. */
    Refresh(id: string): Promise<void>
    /** Looks once at a gateway and this computer; text to be passed on, without keys. Takes seconds. */
    Report(id: string): Promise<string>
    WatchTask(id: string, taskId: string, medium: string): Promise<void>
  }
  Alerts: {
    Acknowledge(id: string, note: string): Promise<void>
    Unacknowledge(id: string): Promise<void>
    Snooze(id: string, minutes: number, alsoCritical: boolean): Promise<void>
    Unsnooze(id: string): Promise<void>
    Mute(minutes: number, exceptCritical: boolean): Promise<void>
    Unmute(): Promise<void>
    Rules(): Promise<RuleView[]>
    SetRule(rule: RuleInput): Promise<void>
  }
  History: {
    Events(query: EventQuery): Promise<EventPage>
    Spend(query: SpendQuery): Promise<SpendSeries>
    Decisions(alertId: string): Promise<Decision[]>
  }
  Tasks: {
    ClearFinished(gatewayId: string): Promise<void>
    Dismiss(id: string): Promise<void>
  }
  Settings: {
    Get(): Promise<SettingsView>
    Save(input: SettingsInput): Promise<void>
    TestNotification(severity: Severity): Promise<TestResult>
    About(): Promise<About>
  }
  App: {
    /** The page is painted; repeated as a sign of life. */
    Ready(): Promise<void>
    /** Whether the page can be seen, and whether it is in front with the keyboard. */
    Looking(visible: boolean, inFront: boolean): Promise<void>
    /** Opens a page outside; Go refuses all but http and https. */
    OpenExternal(url: string): Promise<void>
    Quit(): Promise<void>
    LogError(message: string, stack: string): Promise<void>
  }
}

/** What Go pushes, by event name. */
export type Pushes = {
  frame: Frame
  /** A page to open, such as "/alerts?id=…": a notification or the tray was clicked. */
  route: string
}

/** The one door to the Go side. Only files in this folder know what is behind it. */
export type Bridge = Services & {
  /** Which way this door goes, for the about page. */
  readonly carrier: 'wails' | 'fake'
  /** Calls fn for every push of that name until the returned function is called. */
  on<N extends keyof Pushes>(name: N, fn: (push: Pushes[N]) => void): () => void
}

/** The methods, by service: the carriers build their calls from this list. */
export const METHODS: { [S in keyof Services]: readonly (keyof Services[S] & string)[] } = {
  Live: ['Snapshot'],
  Gateways: [
    'List',
    'Save',
    'Delete',
    'SetKeys',
    'ForgetKeys',
    'Connect',
    'Disconnect',
    'Reconnect',
    'Refresh',
    'Report',
    'WatchTask',
  ],
  Alerts: ['Acknowledge', 'Unacknowledge', 'Snooze', 'Unsnooze', 'Mute', 'Unmute', 'Rules', 'SetRule'],
  History: ['Events', 'Spend', 'Decisions'],
  Tasks: ['ClearFinished', 'Dismiss'],
  Settings: ['Get', 'Save', 'TestNotification', 'About'],
  App: ['Ready', 'Looking', 'OpenExternal', 'Quit', 'LogError'],
}

/** Builds the services from one way of calling. */
export function servicesOver(
  call: (service: string, method: string, args: unknown[]) => Promise<unknown>,
): Services {
  const services: Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>> = {}
  for (const [service, methods] of Object.entries(METHODS)) {
    const bound: Record<string, (...args: unknown[]) => Promise<unknown>> = {}
    for (const method of methods) bound[method] = (...args) => call(service, method, args)
    services[service] = bound
  }
  return services as unknown as Services
}
