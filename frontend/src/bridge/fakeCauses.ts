import { MINUTE, OPENAI_MODELS } from './fakeTables'
import { aHit, usd } from './fixtures'
import type { AlertLine, Causes, Change, Hit, Live } from './types'

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
      title: change.entity === 'mark' ? change.name : `${change.name || change.subject} was ${change.action}`,
      at: change.at,
      since: change.since,
      found: change.foundAt,
      likely: 0.5,
      why: whyOf(change, alert),
    })),
    hit: fakeHit(live, id),
  }
}

/** What speaks for a change, as Go would say it. */
function whyOf(change: Change, alert: AlertLine | undefined): string[] {
  const minutes = Math.round(((alert?.since ?? 0) - change.at) / MINUTE)
  return [
    `${minutes} min before`,
    change.entity === 'mark' ? 'somebody noted it' : 'about the gateway as a whole',
  ]
}

/** Who is hit where OpenAI fails, in the made-up world; of other providers it knows nothing. */
const BY_OPENAI: Partial<Hit> = {
  models: OPENAI_MODELS.map(([model, fallback], i) => ({ model, fallback, perHour: usd(2.4 / (i + 1)) })),
  keys: [
    { key: '1', name: 'team-billing', models: ['gpt-4o'], perHour: usd(2.4), alone: true },
    { key: '15', name: 'research', models: ['o4-mini'], perHour: usd(1.2), alone: true },
    { key: '9', name: 'data-labelling', models: ['gpt-4o-mini'], perHour: usd(0.6), alone: false },
  ],
  tasks: ['i-22c0'],
  perHour: usd(4.2),
  alone: usd(3.6),
}

function fakeHit(live: Live, id: string): Hit {
  const alert = live.alerts[id]
  return alert && live.providers[`${alert.gateway}/${alert.entity}`]?.name === 'OpenAI'
    ? aHit(BY_OPENAI)
    : aHit({ known: false, why: 'The made-up world has no mappings of it.' })
}
