import type { Bridge, Pushes, Services } from './bridge'
import { BridgeError } from './errors'
import { aGateway } from './things'
import type {
  Delta,
  Frame,
  GatewayProfile,
  Live,
  RuleView,
  SettingsInput,
  SettingsView,
  SpendQuery,
  SpendSeries,
} from './types'

type Options = {
  live: Live
  version?: string
  demo?: boolean
  /** Answers to calls that should not be the usual ones. */
  answers?: { [S in keyof Services]?: Partial<Services[S]> }
}

export type FakeBridge = Bridge & {
  /** Pushes what changed, numbered and folded into what snapshots tell. */
  push(delta: Delta): void
  /** Pushes any frame as it stands. */
  pushFrame(frame: Frame): void
  pushRoute(route: string): void
  /** Counts the next n numbers as lost. */
  lose(n: number): void
  /** Every call that was made: "Alerts.Mute(60,true)". */
  readonly calls: string[]
  readonly listeners: number
}

/** A door with nothing behind it but a state of its own, for tests and for looking around. */
export function fakeBridge(options: Options): FakeBridge {
  let live = options.live
  let seq = 1
  const listeners: { [N in keyof Pushes]: Set<(push: Pushes[N]) => void> } = {
    frame: new Set(),
    route: new Set(),
  }
  const calls: string[] = []
  const pushFrame = (frame: Frame) => {
    for (const fn of listeners.frame) fn(frame)
  }
  const push = (delta: Delta) => {
    live = fold(live, delta)
    seq++
    pushFrame({ seq, delta })
  }
  const services: Services = {
    Live: {
      Snapshot: async () => ({
        seq,
        live: structuredClone(live),
        version: options.version ?? '1.0.0',
        demo: options.demo ?? false,
      }),
    },
    Gateways: fakeGateways(() => live, push),
    Alerts: fakeAlerts(() => live, push),
    History: fakeHistory(() => live),
    Tasks: {
      ClearFinished: async (gateway) => {
        const done = Object.values(live.tasks).filter(
          (task) => task.finishedAt > 0 && (!gateway || task.gateway === gateway),
        )
        push({ tasks: Object.fromEntries(done.map((task) => [task.id, null])) })
      },
      Dismiss: async (id) => push({ tasks: { [id]: null } }),
    },
    Settings: fakeSettings(),
    App: {
      Ready: async () => {},
      Looking: async () => {},
      OpenExternal: async () => {},
      Quit: async () => {},
      LogError: async () => {},
    },
  }
  return {
    carrier: 'fake',
    ...recorded(services, options.answers ?? {}, calls),
    on(name, fn) {
      listeners[name].add(fn)
      return () => void listeners[name].delete(fn)
    },
    push,
    pushFrame,
    pushRoute: (route) => {
      for (const fn of listeners.route) fn(route)
    },
    lose: (n) => {
      seq += n
    },
    calls,
    get listeners() {
      return listeners.frame.size + listeners.route.size
    },
  }
}

/** The services with other answers put in, every call written down. */
function recorded(services: Services, answers: NonNullable<Options['answers']>, calls: string[]): Services {
  const all: Record<string, Record<string, unknown>> = {}
  for (const [service, methods] of Object.entries(services)) {
    const merged: Record<string, unknown> = {}
    const others = (answers as Record<string, Record<string, unknown> | undefined>)[service] ?? {}
    for (const [name, method] of Object.entries({ ...methods, ...others })) {
      merged[name] = (...args: unknown[]) => {
        calls.push(`${service}.${name}(${args.map((arg) => JSON.stringify(arg)).join(',')})`)
        return (method as (...args: unknown[]) => unknown)(...args)
      }
    }
    all[service] = merged
  }
  return all as unknown as Services
}

function fold(live: Live, delta: Delta): Live {
  const next = structuredClone(live) as unknown as Record<string, Record<string, unknown>>
  for (const [topic, changes] of Object.entries(delta)) {
    for (const [id, thing] of Object.entries(changes ?? {})) {
      const things = next[topic]
      if (!things) continue
      if (thing === null) delete things[id]
      else things[id] = thing
    }
  }
  return next as unknown as Live
}

function fakeGateways(live: () => Live, push: (delta: Delta) => void): Services['Gateways'] {
  const profiles = new Map<string, GatewayProfile>()
  for (const gateway of Object.values(live().gateways)) {
    profiles.set(gateway.id, {
      id: gateway.id,
      label: gateway.label,
      colour: gateway.colour,
      production: gateway.production,
      coreUrl: `https://${gateway.id}.gateway.example.com`,
      adminUrl: `https://${gateway.id}-admin.gateway.example.com`,
      hasVirtualKey: true,
      hasMasterKey: gateway.production,
      enabled: true,
      demo: false,
      masterKept: gateway.production ? 'keychain' : '',
      keys: [{ id: '1', label: '', key: '', name: '', paused: false, kept: 'keychain' }],
      webhooks: [],
    })
  }
  const to = (id: string, state: string) => {
    const profile = profiles.get(id)
    if (!profile) throw new BridgeError('usage', 'There is no such gateway.')
    const gateway =
      live().gateways[id] ??
      aGateway({ id, label: profile.label, colour: profile.colour, demo: profile.demo })
    const links = Object.values(live().links).filter((link) => link.gateway === id)
    push({
      gateways: { [id]: { ...gateway, core: state, admin: state, overall: state, cause: '', nextAt: 0 } },
      links: Object.fromEntries(
        links.map((link) => [
          link.id,
          { ...link, state, class: '', cause: '', nextAt: 0, since: Date.now() },
        ]),
      ),
    })
  }
  return {
    List: async () => [...profiles.values()],
    Save: async (input) => {
      const id = input.id || input.label.toLowerCase().replace(/[^a-z0-9]+/g, '-')
      const before = profiles.get(id)
      const profile = {
        ...input,
        id,
        hasVirtualKey: before?.hasVirtualKey ?? false,
        hasMasterKey: before?.hasMasterKey ?? false,
        masterKept: before?.masterKept ?? '',
        keys: before?.keys ?? [],
      }
      profiles.set(id, profile)
      return profile
    },
    Delete: async (id) => {
      profiles.delete(id)
      push({ gateways: { [id]: null } })
    },
    SetKeys: async (id, virtualKey, masterKey) => {
      const profile = profiles.get(id)
      if (profile)
        profiles.set(id, {
          ...profile,
          hasVirtualKey: profile.hasVirtualKey || virtualKey !== '',
          hasMasterKey: profile.hasMasterKey || masterKey !== '',
        })
    },
    ...fakeKeys(profiles),
    ForgetKeys: async (id) => {
      const profile = profiles.get(id)
      if (profile) {
        const keys = profile.keys.map((key) => ({ ...key, kept: '' }))
        profiles.set(id, { ...profile, hasVirtualKey: false, hasMasterKey: false, masterKept: '', keys })
      }
      to(id, 'disconnected')
    },
    Connect: async (id) => to(id, 'connected'),
    Disconnect: async (id) => to(id, 'disconnected'),
    Reconnect: async (id) => to(id, 'connected'),
    Refresh: async () => {},
    Report: async (id) => reportOf(id),
    WatchTask: async () => {},
  }
}

/** What a look at a gateway would say. */
function reportOf(id: string): string {
  return [
    'gatewatch doctor, version 0.0.0 on linux/amd64, 2026-11-28 18:00:00 UTC',
    '',
    `${id}, Core API`,
    `  ok        address             https://${id}.gateway.example.com`,
    '  WARNING   TLS                 The certificate of "CN=gateway" expires in 10 days, on 2026-12-08.',
    '                              → Have it renewed before then.',
    '',
    '0 critical, 1 warning, 0 remarks, 1 fine, 0 skipped; in 2.1 s. Exit status 10.',
    '',
  ].join('\n')
}

type KeyDeeds = Pick<Services['Gateways'], 'AddKey' | 'ReplaceKey' | 'LabelKey' | 'PauseKey' | 'RemoveKey'>

function fakeKeys(profiles: Map<string, GatewayProfile>): KeyDeeds {
  const edit = (id: string, change: (keys: GatewayProfile['keys']) => GatewayProfile['keys']) => {
    const profile = profiles.get(id)
    if (!profile) throw new BridgeError('usage', 'There is no such gateway.')
    const keys = change(profile.keys)
    profiles.set(id, { ...profile, keys, hasVirtualKey: keys.some((key) => key.kept !== '') })
  }
  const one = (id: string, keyId: string, to: Partial<GatewayProfile['keys'][number]>) =>
    edit(id, (keys) => keys.map((key) => (key.id === keyId ? { ...key, ...to } : key)))
  return {
    AddKey: async (id, label) => {
      const keys = profiles.get(id)?.keys ?? []
      let next = 1
      while (keys.some((key) => key.id === String(next))) next++
      const made = { id: String(next), label, key: '', name: '', paused: false, kept: 'keychain' }
      edit(id, (all) => [...all, made])
      return made.id
    },
    ReplaceKey: async (id, keyId) => one(id, keyId, { kept: 'keychain', key: '', name: '' }),
    LabelKey: async (id, keyId, label) => one(id, keyId, { label }),
    PauseKey: async (id, keyId, paused) => one(id, keyId, { paused }),
    RemoveKey: async (id, keyId) => edit(id, (keys) => keys.filter((key) => key.id !== keyId)),
  }
}

function fakeAlerts(live: () => Live, push: (delta: Delta) => void): Services['Alerts'] {
  const change = async (id: string, to: Partial<Live['alerts'][string]>) => {
    const alert = live().alerts[id]
    if (!alert) throw new BridgeError('usage', 'This alert is gone.')
    push({ alerts: { [id]: { ...alert, ...to } } })
  }
  let rules: RuleView[] = [
    ['budget.used', 'Budget used', 'spend', 'warning', 0, 0],
    ['provider.unhealthy', 'Provider unhealthy', 'provider', 'critical', 10_000, 60_000],
    ['provider.degraded', 'Provider degraded', 'provider', 'warning', 120_000, 300_000],
    ['gateway.unreachable', 'Gateway does not answer', 'connection', 'critical', 60_000, 30_000],
    ['task.failed', 'Task failed', 'task', 'warning', 0, 0],
  ].map(
    ([id, title, category, severity, forMs, keepMs]) =>
      ({
        id,
        title,
        category,
        severity,
        forMs,
        keepMs,
        enabled: true,
        notify: true,
        changed: false,
      }) as RuleView,
  )
  return {
    Acknowledge: (id, note) => change(id, { acked: true, ackNote: note }),
    Unacknowledge: (id) => change(id, { acked: false, ackNote: '' }),
    Snooze: (id, minutes) => change(id, { snoozedTo: Date.now() + minutes * 60_000 }),
    Unsnooze: (id) => change(id, { snoozedTo: 0 }),
    Mute: async (minutes) =>
      push({
        app: {
          mute: { id: 'mute', severity: 'info', title: 'Muted', text: '', at: Date.now() + minutes * 60_000 },
        },
      }),
    Unmute: async () => push({ app: { mute: null } }),
    Rules: async () => rules,
    SetRule: async (input) => {
      rules = rules.map((rule) =>
        rule.id === input.id
          ? { ...rule, enabled: input.enabled, notify: input.notify, changed: true }
          : rule,
      )
    },
  }
}

function fakeHistory(live: () => Live): Services['History'] {
  return {
    Events: async (query) => {
      const oldest = query.before > 0 ? query.before : 9341
      if (oldest < 8000) return { events: [], next: 0 }
      const events = Array.from({ length: Math.min(query.limit, 60) }, (_, i) => ({
        seq: oldest - 1 - i,
        gateway: 'prod',
        kind: i % 9 === 4 ? 'provider.health_changed' : 'spend.recorded',
        severity: i % 9 === 4 ? 'warning' : 'info',
        source: i % 9 === 4 ? 'hub:admin-notifications' : 'hub:spend',
        text:
          i % 9 === 4
            ? 'Provider Mistral is degraded: p95 above 2 s'
            : 'Key crawler spent $0.0103 on gpt-4o-mini',
        at: Date.now() - (9400 - oldest + i) * 9000 - 10 * 60_000,
      })).filter(
        (event) =>
          (query.severities.length === 0 || query.severities.includes(event.severity)) &&
          (query.kinds.length === 0 || query.kinds.includes(event.kind)) &&
          event.text.toLowerCase().includes(query.text.toLowerCase()),
      )
      return { events, next: oldest - 60 }
    },
    Spend: async (query) => fakeSpend(query),
    Decisions: async (id) => {
      const alert = live().alerts[id]
      if (!alert) return []
      return [
        {
          at: alert.since,
          status: 'pending',
          severity: alert.severity,
          reason: 'held: waiting for a second look',
          told: false,
          text: 'The condition has to hold for 10 s first.',
        },
        {
          at: alert.since + 10_000,
          status: 'firing',
          severity: alert.severity,
          reason: alert.told,
          told: alert.toldAt > 0,
          text: '',
        },
        ...(alert.acked
          ? [
              {
                at: alert.since + 300_000,
                status: 'firing',
                severity: alert.severity,
                reason: 'held: acknowledged',
                told: false,
                text: alert.ackNote,
              },
            ]
          : []),
      ]
    },
  }
}

function fakeSpend(query: SpendQuery): SpendSeries {
  const steps = Math.max(1, Math.min(200, Math.round((query.to - query.from) / query.stepMs)))
  const names =
    query.by === 'provider'
      ? ['OpenAI', 'Anthropic', 'Google Gemini', 'Groq']
      : query.by === 'model'
        ? ['gpt-4o', 'claude-sonnet-4-5', 'gemini-2.5-flash']
        : ['all']
  return {
    from: query.from,
    stepMs: query.stepMs,
    series: names.map((name, n) => ({
      name,
      values: Array.from({ length: steps }, (_, i) => {
        const at = query.from / query.stepMs + i
        const wave = 1 + 0.4 * Math.sin(at / 5 + n * 2) + 0.25 * Math.sin(at / 1.9 + n)
        return Math.round(Math.max(0.05, wave) * (0.11 / (n + 1)) * 1e9 * (query.stepMs / 60_000))
      }),
    })),
  }
}

function fakeSettings(): Services['Settings'] {
  let settings: SettingsView = {
    file: '/home/you/.config/gatewatch/settings.toml',
    problems: [],
    thresholds: { warning: 0.75, critical: 0.9, all: [0.75, 0.9] },
    minBudget: 1e9,
    notifications: {
      enabled: true,
      minimum: 'warning',
      recovered: true,
      tasks: false,
      sound: true,
      privacy: false,
      repeatMs: 4 * 3_600_000,
      perMinute: 4,
      perHour: 12,
    },
    quietHours: {
      enabled: false,
      criticalPasses: true,
      spans: [{ days: [1, 2, 3, 4, 5], from: '22:00', to: '07:00' }],
    },
    appearance: { theme: 'auto', closeToTray: true, startHidden: false, startAtLogin: false },
  }
  return {
    Get: async () => structuredClone(settings),
    Save: async (input: SettingsInput) => {
      if (input.thresholds.warning >= input.thresholds.critical)
        throw new BridgeError('usage', 'The warning must be below the critical threshold.')
      settings = { ...settings, ...structuredClone(input) }
    },
    TestNotification: async () => ({ delivered: true, driver: 'dbus', message: '' }),
    About: async () => ({
      version: '1.0.0',
      go: 'go1.26.8',
      wails: 'v2.16.0',
      os: 'linux/amd64',
      dataDir: '/home/you/.local/share/gatewatch',
      logFile: '/home/you/.local/state/gatewatch/gatewatch.log',
    }),
  }
}
