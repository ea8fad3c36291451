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
    hit: fakeHit(live, id),
  }
}

/** Who is hit in the made-up world: who asks for a provider's models, by its mappings. */
function fakeHit(live: Live, id: string): Causes['hit'] {
  const alert = live.alerts[id]
  const hit = {
    why: '',
    asOf: 0,
    models: [],
    keys: [],
    tasks: [],
    perHour: 0,
    alone: 0,
    minutes: 60,
    untold: 0,
  }
  const of = live.providers[`${alert?.gateway}/${alert?.entity}`]
  const list = live.pollTargets[`${alert?.gateway}/rest:mappings`]
  if (!of || of.served < 0)
    return { ...hit, known: false, why: list?.cause ?? 'The gateway does not list this provider.' }
  const alone = of.withoutFallback
  const models = of.aliases.map((model, i) => ({
    model,
    fallback: i >= alone,
    perHour: 1_200_000_000 / (i + 1),
  }))
  const perHour = models.reduce((sum, model) => sum + model.perHour, 0)
  const [key] = Object.values(live.keys).filter((one) => one.gateway === alert?.gateway)
  const keys = key ? [{ key: key.key, name: key.name, models: of.aliases, perHour, alone: alone > 0 }] : []
  return {
    ...hit,
    known: true,
    models,
    keys,
    perHour,
    alone: models.reduce((sum, model) => sum + (model.fallback ? 0 : model.perHour), 0),
  }
}
