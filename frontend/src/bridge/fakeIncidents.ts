import type { Services } from './bridge'
import { BridgeError } from './errors'
import type { AlertLine, IncidentLine, IncidentView, Live, SavedSearch } from './types'

type Deeds = Pick<Services['History'], 'Incidents' | 'Incident' | 'Export' | 'SavedSearches' | 'SaveSearches'>

/** One incident for each alert that is shown. */
export function fakeIncidents(live: () => Live): Deeds {
  const find = (id: string) => {
    const alert = live().alerts[id]
    if (!alert) throw new BridgeError('usage', 'The history has no such incident.')
    return alert
  }
  let saved: SavedSearch[] = []
  return {
    SavedSearches: async () => saved,
    SaveSearches: async (all) => {
      saved = all
    },
    Incidents: async (query) =>
      Object.values(live().alerts)
        .filter((alert) => alert.title.toLowerCase().includes(query.text.toLowerCase()))
        .filter((alert) => !query.open || alert.endedAt === 0)
        .sort((a, b) => b.since - a.since)
        .map(lineOf),
    Incident: async (id) => viewOf(find(id)),
    Export: async (input) => ({ path: `/home/you/gatewatch.${input.format}`, lines: 4 }),
  }
}

function lineOf(alert: AlertLine): IncidentLine {
  const { id, gateway, category, severity, title, since, endedAt } = alert
  return {
    id,
    alert: id,
    gateway,
    category,
    severity,
    title,
    since,
    endedAt,
    alerts: 1,
    notified: alert.notified ? 1 : 0,
    inWindow: alert.notifyReason === 'held: the window is in front' ? 1 : 0,
    kept: true,
  }
}

function viewOf(alert: AlertLine): IncidentView {
  const { id, rule, severity, status, title, body, entityKind, entity, since, endedAt, acked, ackNote } =
    alert
  const step = { alert: id, severity, text: `${title} ${body}`, decision: false, notified: false }
  return {
    ...lineOf(alert),
    of: [{ id, rule, severity, status, title, body, entityKind, entity, since, endedAt, acked, ackNote }],
    steps: [
      { ...step, at: since, words: 'Its condition is met' },
      { ...step, at: since + 10_000, words: 'Began' },
      {
        ...step,
        at: since + 10_200,
        decision: true,
        notified: alert.notified,
        words: alert.notified ? 'You were told' : 'Held back: acknowledged',
      },
      ...(endedAt > 0 ? [{ ...step, at: endedAt, words: 'Over' }] : []),
    ],
  }
}
