import { time } from './check'
import { alive, rows } from './otherFacts'
import { countsIn, moneyIn, spanIn } from './say'
import { batched, type Check, inScope, spentAt, split, type World, wrong } from './world'

/** No amount is more than everything that a gateway ever spent. */
const moneyWithin: Check = (s, w) => {
  const [gateway = ''] = s.of.split('|')
  const ever = inScope(w, gateway).reduce((all, [, books]) => all + spentAt(books, 0), 0)
  const most = ever + batched(w, 0, () => true)
  const all = [s.text, ...s.spoken].flatMap(moneyIn)
  return all.every((one) => one.value <= most + one.within) ? 'books' : wrong(`is ${most} in all at most`)
}

/** How long what an alert held back may be open after it, ms: until it was looked at again. */
const HELD = 150_000

/** The alert that an incident is called by, as long as it lasts or was the last time that it did. */
const causeOf = (id: string, w: World) => {
  const [alert = '', time = ''] = id.split('.')
  const one = w.live.alerts[alert]
  return one && Number.parseInt(time, 36) >= one.since - 5000 ? one : undefined
}

export const INCIDENTS: Record<string, Check> = {
  'incidents.count': (s, w) => (s.text === 'reading' ? 'unknown' : s.text.endsWith('+') ? 'own' : rows(s, w)),
  'incident.alerts': (s) => ((countsIn(s.text)[0] ?? 0) > 1 ? 'own' : wrong('is not several')),
  // An incident begins with the first of its alerts, and each time that one was raised: not after the newest of them.
  'incident.since': (s, w) => {
    const verdict = time()(s, w)
    if (typeof verdict !== 'string') return verdict
    const newest = causeOf(s.of, w)?.since ?? w.now
    if (s.at > newest + 3000) return wrong(`begins after its alert at ${new Date(newest).toISOString()}`)
    return s.at < w.began - 1000 ? wrong('began before anybody looked') : verdict
  },
  'incident.endedAt': time((id, w) => causeOf(id, w)?.endedAt ?? null),
  'incident.lasted': (s, w) => {
    const one = causeOf(s.of, w)
    const span = spanIn(s.text)
    if (/still open/.test(s.text))
      return !one || one.endedAt === 0 || w.now - one.endedAt < HELD ? 'own' : wrong('is over')
    if (!span) return wrong('is no span')
    if (!one) return 'own'
    const [least, most] = [(one.endedAt || w.now) - one.since, w.now - w.began] // see incident.since
    return most >= span.value - 2000 && least <= span.value + span.within + 64_000 // told anew each minute
      ? 'own'
      : wrong(`is ${least} to ${most} ms`)
  },
  'incident.told': (s) =>
    /^(not told|not kept|in the window|told|no: why|told \d+ times|\d+ times?)/i.test(s.text)
      ? 'own'
      : wrong('says nothing'),
  'incident.step': time(),
  'incident.words': alive,
  'incident.lane': (s) => (s.spoken.some((one) => spanIn(one)) ? 'own' : wrong('is no span')),
  'incident.axis': alive,
  // Names and the number of the keys that the list of keys has.
  'group.hit': (s, w) =>
    hitOf(
      s,
      Object.values(w.live.keys).filter((key) => `${key.gateway}/${key.group}` === s.of),
    ),
  'gateway.hit': (s, w) =>
    hitOf(
      s,
      Object.values(w.live.keys).filter((key) => key.gateway === s.of),
    ),
  'provider.hit': (s, w) => {
    if (s.text.startsWith('Not known')) return 'unknown'
    const routes = w.books.get(split(s.of)[0])?.mappings
    return routes && (countsIn(s.text)[0] ?? 0) > routes.length
      ? wrong(`there are ${routes.length} mappings`)
      : 'own'
  },
  // Around an incident: steps of another length each time, and of a key or of providers.
  'spend.history': moneyWithin,
  'spend.history.cell': moneyWithin,
}

/** The number of keys that the list has, and names of none but them. */
const hitOf = (s: Parameters<Check>[0], keys: readonly { status: string }[]) => {
  if (s.text.startsWith('Not known')) return 'unknown'
  const there = keys.filter((key) => key.status !== 'deleted').length
  return Number(/\b(\d+) keys?\b/.exec(s.text)?.[1] ?? -1) === there
    ? 'own'
    : wrong(`there are ${there} keys`)
}
