import type { Services } from './bridge'
import { anOutlook } from './fixtures'
import type { Delta, Live, Outlook } from './types'

/** How far back the made-up past goes, ms. */
const KEPT_MS = 24 * 3_600_000

/** What of a list had begun at a time. */
function begun<T>(all: Record<string, T>, at: number, since: (one: T) => number): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([, one]) => since(one) <= at))
}

/** What Go would conclude of the alerts that were open. */
function outlooksOf(alerts: Live['alerts'], at: number): Live['outlooks'] {
  const open = Object.values(alerts).filter((alert) => alert.endedAt === 0 && !alert.acked)
  const grave = open.find((alert) => alert.severity === 'critical') ?? open[0]
  const says: Partial<Outlook> = grave
    ? {
        condition: grave.severity,
        head: open.length === 1 ? '1 thing needs you.' : `${open.length} things need you.`,
        rest: grave.title,
      }
    : { rest: 'Nothing was open.' }
  return Object.fromEntries(
    ['', 'prod', 'staging'].map((id) => [id, anOutlook({ ...says, id, lastEventAt: at })]),
  )
}

/** What had happened at a time: money and health of then are those of now, told of then. */
function asOf(live: Live, at: number): Delta {
  const then = structuredClone(live)
  for (const of of [then.keys, then.groups, then.providers, then.tasks])
    for (const one of Object.values(of)) one.updatedAt = Math.min(one.updatedAt, at)
  for (const one of Object.values(then.gateways)) one.lastEventAt = Math.min(one.lastEventAt, at)
  for (const one of Object.values(then.providers))
    if (one.since > at) Object.assign(one, { health: 'healthy', error: '', healthTimeline: 'h'.repeat(60) })
  for (const alert of Object.values(then.alerts))
    if (alert.endedAt > at) Object.assign(alert, { endedAt: 0, status: 'firing' })
  const alerts = begun(then.alerts, at, (alert) => alert.since)
  return {
    ...then,
    alerts,
    outlooks: outlooksOf(alerts, at),
    tasks: begun(then.tasks, at, (task) => task.startedAt),
    changes: begun(then.changes, at, (change) => change.at),
    events: begun(then.events, at, (event) => event.at),
    transactions: begun(then.transactions, at, (booking) => booking.at),
  }
}

function trayOf(outlook: Outlook | undefined) {
  const said = outlook?.head ?? ''
  return { shape: outlook?.condition ?? 'stale', tooltip: said, headline: said, lines: ['$123.10 today'] }
}

/** A past in which everything was as it is now, but for what had not begun; of the time before it nothing is kept. */
export function fakeReplay(live: () => Live): Services['Replay'] {
  let n = 0
  return {
    Start: async () => ({ from: Date.now() - KEPT_MS, to: Date.now(), now: Date.now() }),
    Moment: async (at) => {
      const from = Date.now() - KEPT_MS
      const known = at >= from
      n++
      return {
        n,
        at,
        asOf: known ? at : 0,
        known,
        before: 0,
        after: known ? 0 : from,
        whole: true,
        delta: known ? asOf(live(), at) : {},
        tray: trayOf(known ? outlooksOf(asOf(live(), at).alerts as Live['alerts'], at)[''] : undefined),
      }
    },
    End: async () => {},
  }
}
