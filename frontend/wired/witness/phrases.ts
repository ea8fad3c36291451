import { clockIn } from '../zones'
import { type Booking, type Row, timeOf } from './books'
import { countsIn, moneyIn, percentIn } from './say'
import { bookingsOf, callsOf, callsOfGroup, inScope, itemsOf, type World } from './world'

/** What is left of a text once what it says of a span of time was held against the books, or what of it is false. */
export type Held = { rest: string } | { wrong: string }

type Phrase = {
  form: RegExp
  /** "" if it is so, else what is. */
  not: (said: RegExpExecArray, scope: string, w: World) => string
}

const MINUTE = 60_000

/** What so many calls in a row cost, wherever the row begins. */
function runs(calls: readonly Booking[], n: number): number[] {
  const costs = calls.toSorted((a, b) => a.at - b.at || a.id - b.id).map((call) => call.cost)
  return costs.flatMap((_, i) =>
    i + n > costs.length ? [] : [costs.slice(i, i + n).reduce((all, one) => all + one, 0)],
  )
}

/** What calls since a time add up to, one by one. */
function runsFrom(calls: readonly Booking[], start: number): number[] {
  let sum = 0
  return calls
    .filter((call) => call.at >= start)
    .toSorted((a, b) => a.at - b.at)
    .map((call) => {
      sum += call.cost
      return sum
    })
}

/** The last time that a clock of the program showed so. */
function atClock(w: World, clock: string): number {
  const minute = Math.floor(w.now / MINUTE) * MINUTE
  const back = Array.from({ length: 24 * 60 }, (_, i) => minute - i * MINUTE)
  return back.find((at) => clockIn(w.zone, at).startsWith(clock)) ?? minute
}

const logOf = (w: World, scope: string) => inScope(w, scope).flatMap(([, books]) => books.log)

const auditOf = (w: World, scope: string, minutes: number) =>
  inScope(w, scope)
    .flatMap(([, books]) => books.audit)
    .filter((row) => timeOf(row.timestamp) >= w.now - minutes * MINUTE)

/** Generation calls that succeeded, and those of them that nobody paid for. */
const served = (rows: readonly Row[]) =>
  rows.filter(
    (row) =>
      Number(row.httpStatusCode) < 400 &&
      !/^(MissingUsageData|ErrorResponseSkipped)$/.test(String(row.eventType)),
  )
const free = (rows: readonly Row[]) => served(rows).filter((row) => row.eventType === 'StreamingUsageMissing')

/** Who may have spent: each key, each group and each gateway of a scope, with what of it nobody may know whose it was. */
const spenders = (w: World, scope: string): [Booking[], Booking[]][] =>
  inScope(w, scope).flatMap(([id, books]): [Booking[], Booking[]][] => [
    [bookingsOf(books), []],
    ...books.groups.map((one): [Booking[], Booking[]] => [callsOfGroup(`${id}/${one.id}`, w), []]),
    ...books.keys.map((one): [Booking[], Booking[]] => [
      callsOf(w, `${id}/${one.id}`),
      itemsOf(`${id}/${one.id}`, w),
    ]),
  ])

/** How many minutes ago a forecast may have been made, with what it then took to be read. */
const FORESEEN = 8

/** Whether so many requests in a row, of a key and of one model or of all, cost that; '' if some did. */
function notInARow(amount: string, many: string, scope: string, w: World): string {
  const [[one], [n = 0]] = [moneyIn(amount), countsIn(many)]
  const sets = new Map<string, Booking[]>()
  for (const call of logOf(w, scope))
    for (const of of [call.key, `${call.key} ${call.model}`]) sets.set(of, [...(sets.get(of) ?? []), call])
  const sums = [...sets.values()].flatMap((calls) => runs(calls, n))
  return one && sums.some((sum) => Math.abs(sum - one.value) <= one.within / 2 + 1)
    ? ''
    : `no ${n} requests cost that`
}

const PHRASES: readonly Phrase[] = [
  {
    // As of when it was foreseen; the minute in which the hour begins counts in whole or not at all.
    form: /(\$[\d.,]+) in the hour before .{1,24}, of which/,
    not: ([, amount = ''], scope, w) => {
      const [one] = moneyIn(amount)
      const fits = spenders(w, scope).some(([calls, items]) =>
        Array.from({ length: FORESEEN * 6 }, (_, i) => w.now - i * 10_000).some((at) => {
          const hour = (of: readonly Booking[], slack: number) =>
            of.reduce(
              (all, call) =>
                all + (call.at > at - 60 * MINUTE - slack && call.at <= at + slack ? call.cost : 0),
              0,
            )
          const [least, most] = [hour(calls, -MINUTE), hour([...calls, ...items], MINUTE)]
          return one && one.value >= least - one.within && one.value <= most + one.within
        }),
      )
      return fits ? '' : 'nobody spent that in an hour'
    },
  },
  {
    // So many requests of a key in a row, of one model or of all.
    form: /(?:Since [\d:]+(?: [AP]M)?: )(\$[\d.,]+) for ([\d,]+) requests\./,
    not: ([, amount = '', many = ''], scope, w) => notInARow(amount, many, scope, w),
  },
  {
    // The newest that are remembered of one model.
    form: /The last ([\d,]+) requests(?: to \S+)?, since [\d:]+(?: [AP]M)?, cost (\$[\d.,]+)\./,
    not: ([, many = '', amount = ''], scope, w) => notInARow(amount, many, scope, w),
  },
  {
    form: /Looks like a loop: the last (\d+) requests to (\S+) came at equal intervals\./,
    not: ([, n = '', model = ''], scope, w) => {
      const there = logOf(w, scope).filter((call) => call.model === model).length
      return Number(n) <= there ? '' : `there were ${there} requests`
    },
  },
  {
    // To two digits: it is told anew only where it is another.
    form: /(\S+): about (\$[\d.,]+) since (\d\d:\d\d)/,
    not: ([, model = '', amount = '', clock = ''], scope, w) => {
      const [one] = moneyIn(amount)
      const from = atClock(w, clock)
      const calls = logOf(w, scope).filter((call) => call.model === model)
      // It stands as it was when it was told; and the minute is not said.
      const sums = [from, from + MINUTE].flatMap((start) => runsFrom(calls, start))
      return one && sums.some((sum) => Math.abs(sum - one.value) <= Math.max(one.within, sum * 0.05))
        ? ''
        : `${model} cost ${sums.at(-1)} since then`
    },
  },
  {
    form: /([Ll]ess than )?(\d+ %) of ([\d,]+) (?:requests|calls) in the last hour were not charged/,
    not: ([, less, part = '', all = ''], scope, w) => {
      const [n = 0] = countsIn(all)
      const [share] = percentIn(part)
      // What was read ended up to two minutes ago, and the audit is ten seconds late.
      const [most, least] = [auditOf(w, scope, 64), auditOf(w, scope, 56)]
      const settled = least.filter((row) => timeOf(row.timestamp) < w.now - 2.2 * MINUTE)
      if (n > served(most).length || n < served(settled).length)
        return `there were ${served(least).length} calls`
      const [low, high] = [free(settled).length / n, free(most).length / n]
      if (less) return low < 0.01 && high > 0 ? '' : `it is ${low} to ${high}`
      return share && share.value >= low - 0.01 && share.value <= high ? '' : `it is ${low} to ${high}`
    },
  },
  {
    form: /((?:\d+ × \w+(?:, )?)+) in (?:10|ten) minutes/,
    not: ([, kinds = ''], scope, w) => {
      const failures = inScope(w, scope)
        .flatMap(([, books]) => books.failures)
        .filter((row) => timeOf(row.occurredAt) >= w.now - 75 * MINUTE)
      for (const [, n = '', kind = ''] of kinds.matchAll(/(\d+) × (\w+)/g)) {
        const there = failures.filter((row) => row.errorType === kind).length
        if (Number(n) < 1 || Number(n) > there) return `${kind} is there ${there} times`
      }
      return ''
    },
  },
  { form: /\bAttempt \d+\./, not: () => '' }, // of the connection: the program alone knows
]

/** Holds what a text says of a span of time against the books, and takes it out. */
export function phrases(text: string, scope: string, w: World): Held {
  let rest = text
  for (const { form, not } of PHRASES)
    for (let said = form.exec(rest); said; said = form.exec(rest)) {
      const is = not(said, scope, w)
      if (is !== '') return { wrong: `${said[0]}: ${is}` }
      rest = rest.replace(said[0], ' ')
    }
  return { rest }
}
