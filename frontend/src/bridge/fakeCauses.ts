import type { Causes, Live } from './types'

/** What the made-up world knows to have happened before an alert: its changes of the hour, newest first. */
export function fakeCauses(live: Live, id: string): Causes {
  const alert = live.alerts[id]
  const changes = Object.values(live.changes)
    .filter((change) => alert && change.gateway === alert.gateway)
    .filter((change) => alert && change.at <= alert.since && alert.since - change.at < 60 * 60_000)
    .sort((a, b) => b.at - a.at)
  return {
    candidates: changes.map((change) => ({
      id: change.id,
      kind: 'change',
      title: `${change.name || change.subject} was ${change.action}`,
      at: change.at,
      since: change.since,
      found: change.foundAt,
      likely: 0.5,
      why: ['about the gateway as a whole'],
    })),
    hit: { known: false, models: [], keys: [], tasks: [], perHour: 0, alone: 0, minutes: 0 },
  }
}
