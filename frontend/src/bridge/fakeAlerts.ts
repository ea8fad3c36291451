import type { Services } from './bridge'
import { BridgeError } from './errors'
import { fakeCauses } from './fakeCauses'
import type { AlertLine, Delta, Live, MaintenanceWindow, Muted, MuteScope, Normal, RuleView } from './types'

/** Alerts that are acknowledged and muted, and their rules. */
export function fakeAlerts(live: () => Live, push: (delta: Delta) => void): Services['Alerts'] {
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
        keepFiringForMs: keepMs,
        enabled: true,
        repeatMs: -1,
        repeats: severity === 'critical',
        notify: true,
        changed: false,
      }) as RuleView,
  )
  return {
    Acknowledge: (id, note) => change(id, { acked: true, ackNote: note }),
    AcknowledgeEach: async (ids, note) => {
      // Of those that are open, and that nobody acknowledged: exactly that is taken back.
      const done = ids.filter((id) => live().alerts[id]?.acked === false && live().alerts[id]?.endedAt === 0)
      for (const id of done) await change(id, { acked: true, ackNote: note })
      return done
    },
    Unacknowledge: (id) => change(id, { acked: false, ackNote: '' }),
    Silence: (id, minutes) => change(id, { silencedUntil: Date.now() + minutes * 60_000 }),
    ExpireSilence: (id) => change(id, { silencedUntil: 0 }),
    SilenceAll: async (until) =>
      push({
        app: {
          mute: { id: 'mute', severity: 'info', title: 'Muted', text: '', at: until },
        },
      }),
    ExpireSilenceAll: async () => push({ app: { mute: null } }),
    ...fakeMutes(push),
    ...fakeNormals(live, change),
    PreviewRule: async () => ({
      from: Date.now() - 30 * 86_400_000,
      to: Date.now(),
      unknown: '',
      missing: '',
      cut: false,
      events: 12_345,
      watchedMs: 28 * 86_400_000,
      times: 1,
      openMs: 240_000,
      longestMs: 240_000,
      notices: 2,
      night: 0,
      held: 0,
      occasions: [
        {
          from: Date.now() - 86_400_000,
          to: Date.now() - 86_160_000,
          title: 'groq is unhealthy',
          severity: 'critical',
          notices: 2,
        },
      ],
    }),
    StopPreview: async () => {},
    Causes: async (id) => fakeCauses(live(), id),
    Rules: async () => rules,
    SetRule: async (input) => {
      rules = rules.map((rule) =>
        rule.id === input.id ? { ...rule, enabled: input.enabled, changed: true } : rule,
      )
    },
  }
}

function fakeNormals(
  live: () => Live,
  change: (id: string, part: Partial<AlertLine>) => Promise<void>,
): Pick<Services['Alerts'], 'CallNormal' | 'CallUnusual' | 'Normals'> {
  let normals: Normal[] = []
  return {
    CallNormal: async (id) => {
      const alert = live().alerts[id]
      if (!alert) return
      const { rule, gateway, entity, title } = alert
      normals = [...normals, { rule, gateway, kind: alert.entityKind, entity, dimension: '', title }]
      await change(id, { status: 'resolved', endedAt: Date.now() })
    },
    CallUnusual: async (one) => {
      normals = normals.filter((other) => other.rule !== one.rule || other.entity !== one.entity)
    },
    Normals: async () => normals,
  }
}

type MuteDeeds = Pick<
  Services['Alerts'],
  'Mute' | 'Unmute' | 'Mutes' | 'Maintenance' | 'AddMaintenance' | 'EndMaintenance'
>

function fakeMutes(push: (delta: Delta) => void): MuteDeeds {
  let mutes: Muted[] = []
  let windows: MaintenanceWindow[] = []
  const same = (a: MuteScope, b: MuteScope) => JSON.stringify(a) === JSON.stringify(b)
  const showAll = () => {
    const all = mutes.find((one) => Object.values(one.scope).every((part) => part === ''))
    push({
      app: { mute: all ? { id: 'mute', severity: 'info', title: 'Muted', text: '', at: all.until } : null },
    })
  }
  return {
    Mute: async (scope, until, alsoCritical) => {
      mutes = [...mutes.filter((one) => !same(one.scope, scope)), { scope, until, alsoCritical }]
      showAll()
    },
    Unmute: async (scope) => {
      mutes = mutes.filter((one) => !same(one.scope, scope))
      showAll()
    },
    Mutes: async () => mutes,
    Maintenance: async () => windows,
    AddMaintenance: async (window) => {
      windows = [...windows, { ...window, id: String(windows.length + 1) }]
    },
    EndMaintenance: async (id) => {
      windows = windows.filter((one) => one.id !== id)
    },
  }
}
