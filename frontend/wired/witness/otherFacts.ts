import { clockIn } from '../zones'
import { count, failed, sentence, type Truth, time, word } from './check'
import { namesOf, pool } from './pool'
import { countsIn, hasNumber, percentIn, saysUnknown, sourceWords, spanIn } from './say'
import { type Check, inScope, split, type Verdict, type World, wrong } from './world'

const name: Check = (s, w) => {
  const said = s.text || s.spoken[0] || ''
  if (!hasNumber(said)) return 'own'
  const rest = namesOf(w).reduce((text, one) => text.replaceAll(one, ' '), said)
  return hasNumber(rest) ? wrong('is nobody’s name') : 'books'
}

/** A sentence that Go made, whose numbers must be those of the books. */
const said =
  (of: (id: string, w: World) => string = (id) => split(id)[0]): Check =>
  (s, w) =>
    sentence(s, [s.text, ...s.spoken].join(' '), pool(w, of(s.of, w)))

/** Text of which the program itself is the only source, and which must be as it has it. */
const own =
  (of: (id: string, w: World) => unknown): Check =>
  (s, w) => {
    const truth = of(s.of, w)
    const text = [s.text, ...s.spoken].join(' ')
    if (truth === undefined || truth === null) return wrong('is of nothing that is known')
    const n = typeof truth === 'number' ? truth : null
    if (n === null)
      return text.toLowerCase().includes(String(truth).toLowerCase()) || truth === ''
        ? 'own'
        : wrong(`is ${truth}`)
    if (saysUnknown(s.text) && n < 0) return 'unknown'
    return countsIn(text)[0] === n ? 'own' : wrong(`is ${n}`)
  }

/** Has a name, and nothing outside the program to be held against. */
export const alive: Check = () => 'seen'

/** How many rows a list has that says so itself. */
export const rows: Check = (s) => {
  const [n] = countsIn(s.text)
  if (n === undefined) return s.text === '' ? 'own' : wrong('is no number')
  return s.rows < 0 || n === s.rows || (s.rows === 0 && n === 0) ? 'own' : wrong(`the list has ${s.rows}`)
}

const providers = (w: World, scope: string) => inScope(w, scope).flatMap(([, books]) => books.providers)
const provider = (w: World, id: string) => {
  const [gateway, own] = split(id)
  return w.books.get(gateway)?.providers.find((row) => String(row.id) === own)
}
const failures = (w: World, id: string) => {
  const [gateway, own] = split(id)
  return w.books.get(gateway)?.failures.filter((row) => String(row.providerId) === own) ?? []
}

/** A provider that is switched off is said to be; one of which nothing bad was ever reported is not said to be ill. */
const health: Check = (s, w) => {
  const row = provider(w, s.of)
  const text = [s.text, ...s.spoken].join(' ')
  if (!row) return w.sees.admin ? wrong('there is no such provider') : 'own'
  if (!w.sees.admin) return /unknown|no data/i.test(text) ? 'unknown' : wrong('nobody can know how it is')
  const off = row.isEnabled === false
  const calm = failures(w, s.of).length === 0
  if (off !== /disabled|switched off/i.test(text)) return wrong(off ? 'is switched off' : 'is switched on')
  if (!off && calm && /unhealthy|degraded/i.test(text)) return wrong('nothing bad was reported of it')
  return 'books'
}

const counted =
  (of: (books: [string, import('./books').Books]) => number) =>
  (scope: string, w: World): Truth =>
    w.sees.admin ? inScope(w, scope).reduce((all, books) => all + of(books), 0) : null

const alerts = (w: World, scope: string, test: (status: string) => boolean) =>
  Object.values(w.live.alerts).filter(
    (one) => (scope === '' || one.gateway === scope || one.gateway === '') && test(one.status),
  ).length

const task = (w: World, id: string) => w.live.tasks[id]

const delivery: Check = (s, w) => {
  const of = w.live.deliveries[s.of]
  if (!of) return wrong('is of nothing that is known')
  if (
    of.delivery === 'polled' &&
    of.intervalMs > 0 &&
    !s.text.includes(`${Math.round(of.intervalMs / 1000)} s`)
  )
    return wrong(`is every ${of.intervalMs} ms`)
  return /no permission|not available|not offered|not known/i.test(s.text) ? 'unknown' : 'own'
}

const overall: Check = (s, w) => {
  const calm = /^(gateways: )?(live|connected)/i.test(s.text)
  if (calm && w.sockets === 0) return wrong('no connection is open')
  return 'books'
}

export const OTHERS: Record<string, Check> = {
  name,
  'scope.name': name,
  'window.sync': alive,
  'next.try': (s) => (s.text === '' || spanIn(s.text) || /now/.test(s.text) ? 'own' : wrong('is no span')),
  'gateway.nextAt': alive,
  'mute.until': (s, w) =>
    (w.live.app.mute?.at ?? 0) > w.now || !hasNumber(s.text) ? 'own' : wrong('nothing is muted'),
  'outlook.head': (s, w) => {
    if (/^All quiet/.test(s.text) && (!w.sees.admin || w.sockets === 0))
      return wrong('calm, and not all is known')
    return said((id) => id)(s, w)
  },
  'outlook.rest': (s, w) => said((id) => id)({ ...s, text: s.text.replace(/Last event .*$/, '') }, w),
  'gateway.overall': overall,
  'gateway.core': overall,
  'gateway.admin': overall,
  'gateway.cause': said(),
  'gateway.lastEventAt': time(),
  'gateway.report': alive,
  'gateways.count': (s, w) =>
    countsIn(s.text)[0] === Object.keys(w.live.gateways).length ? 'own' : wrong('is another number'),
  banner: said(() => ''),
  'banners.more': alive,
  'delivery.note': said(() => ''),
  'delivery.word': delivery,
  'delivery.reason': alive,
  'component.health': (s, w) => {
    if (/not known/i.test(s.text)) return 'unknown'
    return /works/i.test(s.text) ? (w.answers ? 'books' : wrong('nothing answers')) : 'own'
  },
  'component.since': time(),
  'component.observedAt': time(),
  'component.reason': said(),
  'hubs.connected': (s, w) => {
    const [up = -1, all = -1, partly = 0] = countsIn(s.text)
    return up + partly <= all && up + partly <= w.sockets && (up + partly > 0 || w.sockets === 0)
      ? 'books'
      : wrong(`${w.sockets} connections are open`)
  },
  'lists.read': (s, w) => {
    const good = Object.values(w.live.pollTargets).filter(
      (one) => one.intervalMs > 0 && one.outcome === 'good',
    ).length
    const [n = -1] = countsIn(s.text) // fewer and fewer, where nobody answers
    return n === good || (!w.answers && n > good) ? 'own' : wrong(`is ${good}`)
  },
  'topics.behind': alive,
  // Of the past: replay.wired.ts holds them against what was live then.
  'replay.at': alive,
  'replay.asOf': alive,
  'replay.near': alive,
  'replay.tray': alive,
  'replay.critical': alive,
  'links.troubled': (s) => (countsIn(s.text).length === 1 ? 'own' : wrong('is no number')),
  'app.version': alive,
  'app.built': alive,
  'app.os': alive,
  'app.dataDir': alive,
  'app.logFile': alive,
  'settings.thresholds': alive,
  'settings.file': alive,
  'keys.place': alive,
  'update.answer': alive,
  'keys.file': alive,
  'axis.share': alive,
  'rule.numbers': alive,
  'rule.preview': alive,
  'axis.time': alive,
  // Lists
  'virtual_key.count': (s, w) => {
    const seen = s.spoken.some((text) => / seen$/.test(text))
    const listed = Object.values(w.live.keys).filter((key) => s.of === '' || key.gateway === s.of).length
    return seen
      ? countsIn(s.text)[0] === listed
        ? 'own'
        : wrong(`is ${listed}`)
      : count(counted(([, books]) => books.keys.length))(s, w)
  },
  'provider.count': (s, w) =>
    hasNumber(s.text) ? count(counted(([, books]) => books.providers.length))(s, w) : 'own',
  'model_mapping.count': count(counted(([, books]) => books.mappings.length)),
  'nav.lastSync': time(),
  'nav.syncedEach': (s, w) => {
    const said = [...s.spoken.join(' ').matchAll(/: (\d\d:\d\d)/g)].map(([, at = '']) => at)
    const minutes = new Set(
      Array.from({ length: 30 }, (_, i) => clockIn(w.zone, w.now - i * 60_000).slice(0, 5)),
    )
    const odd = said.find((at) => !minutes.has(at))
    return odd === undefined ? 'own' : wrong(`${odd} is no minute of the last half hour`)
  },
  'nav.stale': alive,
  'view.waiting': alive,
  'view.keys': rows,
  'view.groups': rows,
  'view.changes': rows,
  'view.events': alive,
  'view.findings': alive,
  // Providers
  'provider.health': health,
  'provider.hour': health,
  'provider.latency': (s) => (saysUnknown(s.text) ? 'unknown' : 'own'),
  'provider.error': said(),
  'provider.switchedOff': (s, w) =>
    provider(w, s.of)?.isEnabled === false ? 'books' : wrong('is switched on'),
  'provider.models': (s, w) => {
    if (saysUnknown(s.text)) return 'unknown'
    const [gateway, own] = split(s.of)
    const routes = w.books.get(gateway)?.mappings.filter((row) => String(row.providerId) === own) ?? []
    const models = new Set([
      ...routes.map((row) => row.modelAlias),
      ...routes.map((row) => row.providerModelId),
    ])
    const n = countsIn(s.text)[0] ?? -1
    return n <= models.size && (n > 0 || routes.length === 0)
      ? 'books'
      : wrong(`has ${routes.length} mappings`)
  },
  'provider.newModels': alive,
  'provider.failed': failed((row, id, w) => {
    const type = w.live.providers[id]?.type
    return type === undefined || type === '' || row.providerType === type
  }),
  'provider.p95': alive,
  'provider.changes': own((id, w) => w.live.providers[id]?.changes),
  'provider.id': word((id) => split(id)[1]),
  'provider.source': word((id, w) => sourceWords(w.live.providers[id]?.source), 'own'),
  'provider.updatedAt': time(),
  'provider.discoveredAt': time(),
  'providers.listed': count(counted(([, books]) => books.providers.length)),
  'providers.healthy': alive,
  'providers.notHealthy': alive,
  'providers.failing': alive,
  'providers.disabled': alive,
  'providers.unknown': alive,
  'providers.words': (s, w) => {
    if (!w.sees.admin) return 'unknown'
    const [healthy = -1, all = -1] = countsIn(s.text)
    const on = providers(w, s.of).filter((row) => row.isEnabled === true).length
    return all === providers(w, s.of).length && healthy <= on
      ? 'books'
      : wrong(`${on} of ${providers(w, s.of).length} are on`)
  },
  'finding.at': time(),
  'finding.models': alive,
  'finding.more': alive,
  'finding.source': alive,
  // Tasks
  'tasks.running': own(
    (scope, w) =>
      Object.values(w.live.tasks).filter(
        (one) => (scope === '' || one.gateway === scope) && one.finishedAt === 0,
      ).length,
  ),
  'tasks.words': alive,
  'tasks.promise': alive,
  'task.progress': (s, w) => {
    const progress = Math.floor(Math.max(0, task(w, s.of)?.progress ?? 0))
    const [one] = percentIn(s.text)
    return !one || Math.abs(one.value * 100 - progress) <= 5 ? 'own' : wrong(`is ${progress} %`)
  },
  'task.remaining': (s) => (saysUnknown(s.text) ? 'unknown' : spanIn(s.text) ? 'own' : wrong('is no span')),
  'task.status': own((id, w) => (task(w, id)?.status === 'completed' ? '' : '')),
  'task.for': name,
  'task.words': name,
  'task.model': name,
  'task.key': name,
  'task.message': alive,
  'task.error': alive,
  'task.result': alive,
  'task.took': (s, w) => {
    const one = task(w, s.of)
    const span = spanIn(s.text)
    if (!span || !one) return saysUnknown(s.text) ? 'unknown' : wrong('is no span')
    const took = one.finishedAt - one.startedAt
    return took >= span.value - 1000 && took <= span.value + span.within + 1000
      ? 'own'
      : wrong(`is ${took} ms`)
  },
  'task.startedAt': time(),
  'task.finishedAt': time(),
  'task.source': alive,
  'task.usual': (s) => (saysUnknown(s.text) ? 'unknown' : spanIn(s.text) ? 'own' : wrong('is no span')),
  'task.updatedAt': time(),
  // Changes and events
  'change.at': time(),
  'change.action': own((id, w) => w.live.changes[id]?.action.replace(/ by the gateway$/, '')),
  'change.entity': alive,
  'change.words': alive,
  'change.diff': alive,
  'change.fields': alive,
  'change.unsaid': alive,
  'change.old': alive,
  'change.new': alive,
  'change.id': own((id, w) => w.live.changes[id]?.subject),
  'change.source': alive,
  'change.between': alive,
  'cause.at': time(),
  'cause.between': alive,
  'cause.words': alive,
  'alert.hit': alive,
  'change.value': alive,
  'event.at': time(),
  'event.text': said((id, w) => w.live.events[id]?.gateway ?? ''),
  'event.kind': alive,
  'event.source': alive,
  // Alerts
  'alerts.open': count((scope, w) => [
    0,
    alerts(w, scope, (status) => status === 'firing' || status === 'recovering'),
  ]),
  'alerts.acked': alive,
  'alerts.snoozed': alive,
  'alerts.held': alive,
  'alerts.noted': alive,
  'alerts.resolved': count((scope, w) => [0, alerts(w, scope, (status) => status === 'resolved')]),
  'alerts.none': (s, w) => {
    if (/as far|is known/.test(s.text)) return 'unknown'
    const open = Object.values(w.live.alerts).filter(
      (one) => one.status === 'firing' && one.severity !== 'info' && !one.acked && one.inhibitedBy === '',
    )
    return open.length === 0 && w.sees.admin && w.sockets > 0
      ? 'books'
      : wrong('something needs somebody, or is not known')
  },
  'alert.title': said((id, w) => w.live.alerts[id]?.gateway ?? ''),
  'alert.body': said((id, w) => w.live.alerts[id]?.gateway ?? ''),
  'alert.used': said((id, w) => w.live.alerts[id]?.gateway ?? ''),
  'alert.since': time((id, w) => w.live.alerts[id]?.since ?? null),
  'alert.endedAt': time((id, w) => w.live.alerts[id]?.endedAt ?? null),
  'alert.updatedAt': time(),
  'alert.severity': own((id, w) => w.live.alerts[id]?.severity),
  'alert.kind': alive,
  'alert.state': own((id, w) => {
    const one = w.live.alerts[id]
    return one?.acked && one.status !== 'resolved' ? 'acknowledged, and still so' : one?.status
  }),
  'alert.lasted': alive,
  'alert.count': own((id, w) => w.live.alerts[id]?.count),
  'alert.inhibitedBy': alive,
  'alert.silencedUntil': alive,
  'alert.mutedUntil': alive,
  'alert.about': name,
  'alert.threshold': (s, w) => {
    const set = w.live.alerts[s.of]?.threshold ?? 0
    const [, said = ''] = /^Threshold ([\d.]+) %$/.exec(s.text) ?? []
    return Math.abs(Number(said) / 100 - set) < 1e-6 ? 'own' : wrong(`is ${set}`)
  },
  'gateway.hint': (s, w) => (w.live.gateways[s.of]?.label === s.text ? 'own' : wrong('is no name of it')),
  'alert.told': alive,
  'alert.evidence': (s, w) => {
    const kept = (w.live.alerts[s.of]?.evidence ?? '').split('\n')
    return kept.every((line) => s.text.includes(line)) ? 'own' : wrong(`is ${kept.join(' ')}`)
  },
  'alert.ends': own((id, w) => w.live.alerts[id]?.ends),
  'alert.lane': (s, w) => {
    const one = w.live.alerts[s.of]
    const text = s.spoken.join(' ')
    if (!one) return wrong('there is no such alert')
    return text.includes(one.endedAt > 0 ? 'until' : 'still open') ? 'own' : wrong('its end is another')
  },
  'crash.report': alive,
  'decision.at': time(),
  'decision.words': alive,
  // Connections
  'link.state': (s, w) => {
    const up = w.live.links[s.of]?.state === 'connected'
    return up === /^connected/i.test(s.text) || /not (offered|needed)/i.test(s.text)
      ? 'own'
      : wrong(`is ${w.live.links[s.of]?.state}`)
  },
  'link.transport': alive,
  // One may have come between the look at the page and the one at the program.
  'link.events': (s, w) => {
    const link = w.live.links[s.of]
    const lately = link && w.now - link.lastEventAt < 5000 ? 1 : 0
    const [n = -1] = countsIn(s.text)
    return link && n <= link.events && n >= link.events - lately ? 'own' : wrong(`is ${link?.events}`)
  },
  'link.unread': own((id, w) => {
    const one = w.live.links[id]
    return one ? one.unrecognised + one.badFrames + one.dropped : null
  }),
  'link.roundTrip': (s) => (saysUnknown(s.text) ? 'unknown' : 'own'),
  'link.lastEventAt': time(),
  'link.since': time(),
  'link.connectedAt': time(),
  'link.lostAt': time(),
  'link.lastReceived': time(),
  'link.cause': said(),
  'link.connects': own((id, w) => w.live.links[id]?.connects),
  'link.resyncs': own((id, w) => w.live.links[id]?.resyncs),
  'link.bytes': (s) => (/^[\d.]+ (B|kB|MB)$/.test(s.text) ? 'own' : wrong('is no size')),
  'link.unrecognised': own((id, w) => w.live.links[id]?.unrecognised),
  'link.malformed': own((id, w) => w.live.links[id]?.badFrames),
  'link.dropped': own((id, w) => w.live.links[id]?.dropped),
  'profile.virtualKey': keyed('core'),
  'profile.masterKey': keyed('admin'),
  'profile.sleeping': alive,
  'watched.key': alive,
  'watched.state': alive,
  'watched.stored': alive,
  'keys.other': (s, w) => (w.sees.admin ? said()(s, w) : 'own'),
  'key.watched': (s, w) => {
    const every = /every (\d+) s/.exec(s.text)?.[1]
    const target = w.live.pollTargets[`${split(s.of)[0]}/rest:keys`]
    return !every || Math.round((target?.intervalMs ?? 0) / 1000) === Number(every)
      ? 'own'
      : wrong(`is every ${target?.intervalMs} ms`)
  },
  'key.expires': alive,
  'key.periodEnd': alive,
  'key.reported': alive,
  'key.refused': alive,
  'key.contradicted': alive,
  'key.trust': alive,
}

/** A key that is in use is not said to be missing. */
function keyed(half: 'core' | 'admin'): Check {
  return (s, w): Verdict => {
    const missing = /missing|no master key|^None\. /i.test(s.text)
    return missing === !w.has[half] ? 'own' : wrong(w.has[half] ? 'is in use' : 'is missing')
  }
}
