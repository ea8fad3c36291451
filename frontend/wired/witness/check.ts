import { clockIn } from '../zones'
import { type Row, timeOf } from './books'
import type { Sample } from './page'
import type { Held } from './phrases'
import { countsIn, hasNumber, moneyIn, percentIn, saysUnknown, spanIn, type Written } from './say'
import { type Check, type Verdict, type World, wrong } from './world'

/** What something must be: a value, a span of values, or null where nobody can know it. */
export type Truth = number | readonly [least: number, most: number] | null

type Of = (id: string, world: World) => Truth

const show = (truth: Truth) =>
  truth === null ? 'not known' : typeof truth === 'number' ? String(truth) : truth.join(' to ')

/** Whether what is written can be the truth, as it is rounded when written. */
export function fits(written: Written, truth: Exclude<Truth, null>, slack: number): boolean {
  const [least, most] = typeof truth === 'number' ? [truth, truth] : truth
  return written.value >= least - slack && written.value <= most + slack
}

/** Where a value stands for what is not known, or the other way round; null where both go together. */
function absence(s: Sample, truth: Truth, lenient: boolean): Verdict | null {
  const said = saysUnknown(s.text)
  if (said && (truth === null || lenient)) return 'unknown'
  if (said) return wrong(`says it is not known, and it is ${show(truth)}`)
  if (truth === null) return wrong('shows a value that nobody can know')
  if (s.state === 'partial' && s.text.startsWith('at least ')) return null
  if (s.state !== 'known' && s.state !== 'stale') return wrong(`shows a value and calls it ${s.state}`)
  return null
}

/** One amount. Lenient: it may also be said to be unknown. */
export function money(of: Of, lenient = false): Check {
  return (s, w) => {
    const truth = of(s.of, w)
    const no = absence(s, truth, lenient)
    if (no) return no
    const [written, ...more] = moneyIn(s.text)
    if (!written || more.length > 0) return wrong('is not one amount')
    const half = written.within / 2 + 1
    if (s.state === 'partial') {
      const [, most] = typeof truth === 'number' ? [truth, truth] : (truth ?? [0, 0])
      return written.value <= most + half ? 'books' : wrong(`is no lower bound of ${show(truth)}`)
    }
    return fits(written, truth ?? 0, half) ? 'books' : wrong(`is ${show(truth)} in nano-dollars`)
  }
}

/** "A of B", each an amount; B may be a word. */
export function partOf(part: Of, whole: Of): Check {
  return (s, w) => {
    const [a, b] = [part(s.of, w), whole(s.of, w)]
    const written = moneyIn(s.text)
    if (a === null || b === null)
      return written.length < 2 ? 'unknown' : wrong('shows a value that nobody can know')
    const [x, y] = written
    if (!x || !y) return wrong('is not two amounts')
    // A part never reads like its whole: both are cut, so that a whole unit may be missing.
    return fits(x, a, x.within) && fits(y, b, y.within) ? 'books' : wrong(`is ${show(a)} of ${show(b)}`)
  }
}

/** One share, cut to whole per cent. */
export function share(of: Of, lenient = false): Check {
  return (s, w) => {
    const truth = of(s.of, w)
    const text = [s.text, ...s.spoken].find((one) => /%/.test(one)) ?? s.text
    if (text === '' && s.spoken.length > 0 && truth === null) return 'unknown'
    const no = absence({ ...s, text }, truth, lenient)
    if (no) return no
    const all = percentIn(text)
    const exact = typeof truth === 'number' ? truth : (truth?.[0] ?? 0)
    for (const one of all)
      if (one.value > exact + 1e-9 || one.value <= exact - 0.01 - 1e-9) return wrong(`is ${exact}`)
    return all.length > 0 ? 'books' : wrong('is no share')
  }
}

/** One whole number. */
export function count(of: Of, lenient = false): Check {
  return (s, w) => {
    const truth = of(s.of, w)
    if (s.text === '' && s.spoken.length === 0) return truth === 0 ? 'books' : wrong('says nothing')
    const no = absence(s, truth, lenient)
    if (no) return no
    const [n] = countsIn(s.text)
    if (n === undefined) return wrong('is no number')
    const atLeast = s.text.startsWith('≥ ') // of some of several gateways
    const ok =
      typeof truth === 'number'
        ? atLeast
          ? n <= truth
          : n === truth
        : truth !== null && n >= truth[0] && n <= truth[1]
    return ok ? 'books' : wrong(`is ${show(truth)}`)
  }
}

/** A time, said as an age, a clock or a date, that the machine-readable one agrees with. */
export function time(of: (id: string, world: World) => number | null = () => null, slack = 3000): Check {
  return (s, w) => {
    if (saysUnknown(s.text)) return 'unknown'
    if (s.at <= 0) return wrong('has no time')
    if (s.at > w.now + 2000) return wrong('lies in the future')
    const clocks = /(\d{2}):(\d{2})(?::(\d{2}))?/.exec(s.text)
    if (clocks) {
      const [, h, m, sec] = clocks
      const parts = clockIn(w.zone, s.at)
      if (!parts.startsWith(sec ? `${h}:${m}:${sec}` : `${h}:${m}`)) return wrong(`is ${parts}`)
    } else {
      const span = spanIn(s.text)
      if (!span) return wrong('is no age')
      const age = w.now - s.at
      if (age < span.value - 2000 || age > span.value + span.within + 4000) return wrong(`is ${age} ms ago`)
    }
    const truth = of(s.of, w)
    if (truth === null) return 'own'
    return Math.abs(truth - s.at) <= slack ? 'books' : wrong(`was at ${new Date(truth).toISOString()}`)
  }
}

/** One of some words, whatever their case. */
export function word(
  of: (id: string, world: World) => string | string[] | null,
  source: Verdict = 'books',
): Check {
  return (s, w) => {
    const truth = of(s.of, w)
    if (truth === null) return saysUnknown(s.text) ? 'unknown' : wrong('is something that nobody can know')
    const all = (Array.isArray(truth) ? truth : [truth]).map((one) => one.toLowerCase())
    const said = [s.text, ...s.spoken].filter((one) => one !== '')
    if (said.length === 0) return all.includes('') ? source : wrong('says nothing')
    return said.some((one) => all.includes(one.toLowerCase())) ? source : wrong(`is ${all.join(' or ')}`)
  }
}

/** "3 of 40 (7 %)" of rows of the billing audit within the last hour. */
export function failed(of: (row: Row, id: string, world: World) => boolean): Check {
  return (s, w) => {
    const books = w.books.get(s.of.slice(0, Math.max(0, s.of.indexOf('/'))))
    if (!books) return wrong('is of nobody')
    if (saysUnknown(s.text)) return w.sees.admin && w.answers ? wrong('the audit may be read') : 'unknown'
    const [bad = 0, all = 0] = countsIn(s.text)
    const rows = books.audit.filter((row) => of(row, s.of, w))
    const within = (minutes: number) => rows.filter((row) => timeOf(row.timestamp) >= w.now - minutes * 60e3)
    const late = books.log.filter((one) => one.at > books.readAt - 15e3) // not in the audit yet
    const ill = (list: Row[]) => list.filter((row) => Number(row.httpStatusCode) >= 400).length
    // The hour that was read ended up to two minutes ago, and the audit is ten seconds late.
    const ok =
      all <= within(64).length + late.length &&
      all >= within(56).filter((row) => timeOf(row.timestamp) < Math.min(w.now, books.readAt) - 120e3).length
    if (!ok || bad > ill(within(64))) return wrong(`is ${ill(within(60))} of ${within(60).length}`)
    return share(() => (all > 0 ? bad / all : 0), true)(s, w) === 'books' || all === 0
      ? 'books'
      : wrong('its share is another')
  }
}

/** Whether every number of a sentence is among those that its subject has. */
export function sentence(s: Sample, text: string, pool: Pool): Verdict {
  const held = pool.phrases(text)
  if ('wrong' in held) return held
  let rest = held.rest
  for (const name of pool.names) rest = rest.replaceAll(name, ' ')
  rest = rest.replace(/\b(\d+) connections?\b/g, (said, n) => (Number(n) <= pool.links ? ' ' : said))
  // How long something lasts is a forecast (docs/forecast.md); by how much a price grew is said of two that are.
  rest = rest.replace(/\b\d+–\d+ (?:s|min|h|days)\b|\b[\d.]+ times\b/g, ' ')
  const amounts = moneyIn(rest)
  for (const one of amounts) {
    // A part never reads like its whole: it is cut.
    const slack = rest.includes(`${one.text} of $`) ? one.within : one.within / 2 + 1
    if (!pool.money.some((nano) => fits(one, nano, slack))) return wrong(`${one.text} is nothing of it`)
  }
  for (const one of percentIn(rest))
    if (!pool.shares.some((x) => one.value <= x + 1e-9 && one.value > x - 0.01 - 1e-9))
      return wrong(`${one.text} is nothing of it`)
  for (const n of countsIn(rest)) if (!pool.counts.includes(n)) return wrong(`${n} is nothing of it`)
  if (s.state !== 'known' && s.state !== 'stale' && hasNumber(rest)) return 'unknown'
  return 'books'
}

/** The numbers that a sentence may hold. */
export type Pool = {
  names: string[]
  money: number[]
  shares: number[]
  counts: number[]
  links: number
  /** What it says of spans of time, held against the books and taken out. */
  phrases: (text: string) => Held
}
