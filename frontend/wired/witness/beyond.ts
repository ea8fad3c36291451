import type { Program } from '../program'
import { sentence } from './check'
import type { Sample } from './page'
import { pool } from './pool'
import { rateOf } from './rates'
import { hasNumber, moneyIn } from './say'
import { bookingsOf, inScope, midnight, spentAt, type Verdict, type World, wrong } from './world'

/** A text that somebody reads elsewhere than on the page, and where. */
export type Said = { where: string; text: string }

const long = process.env.GATEWATCH_LONG === '1'

/** What the tray, notices and the commands say now; in the long run also what goes on. */
export async function beyond(p: Program): Promise<Said[]> {
  const from = ['--core', p.core.url, '--admin', p.admin.url]
  const [tray, notices, status, statusJson, doctor, events, watch] = [
    await p.tray(),
    await p.notices(),
    await p.run('status'),
    await p.run('status', '--json'),
    await p.run('doctor', ...from),
    await p.run('export', '--since', '1h', '--format', 'jsonl'),
    long ? await p.runFor(6000, 'watch', '--json', '--no-notify', ...from) : { out: '' },
  ]
  const lines = (where: string, text: string): Said[] =>
    text.split('\n').map((line) => ({ where, text: line }))
  return [
    { where: 'tray tooltip', text: tray.tooltip },
    ...tray.lines.map((text) => ({ where: 'tray menu', text })),
    ...notices.flatMap((one) => [one.title, one.body].map((text) => ({ where: 'notice', text }))),
    ...lines('status', status.out),
    ...lines('doctor', doctor.out),
    ...values('status --json', statusJson.out),
    ...events.out.split('\n').flatMap((line) => values('export', line)),
    ...watch.out.split('\n').flatMap((line) => values('watch', line)),
  ]
}

/** The texts and numbers of a line of JSON, each with its name. */
export function values(where: string, line: string): Said[] {
  if (line.trim() === '') return []
  const all: Said[] = []
  const into = (value: unknown, name: string): void => {
    if (Array.isArray(value)) for (const one of value) into(one, name)
    else if (value !== null && typeof value === 'object')
      for (const [key, one] of Object.entries(value)) into(one, name === '' ? key : `${name}.${key}`)
    else if (typeof value === 'number' || typeof value === 'string')
      all.push({ where: `${where} ${name}`, text: String(value) })
  }
  into(JSON.parse(line), '')
  return all
}

/** Numbers of JSON that are no facts of a gateway: versions, places, times, ids of ours. */
const TECHNICAL =
  /(^| |\.)(v|seq|id|ids|at|ageMs|since|until|epoch|everyMs|pid|endedAt|updatedAt|lastAt|startsAt|startedAt|began|expires|nextAt|attempt|latencyMs|gapMs|intervalMs|elapsedMs|durationMs|roundTripMs|bytes|task|request|transaction|operation|periodId|period|for|key|keyId|entity|subject|correlation|fingerprint|input|output|ends|overMinutes|there|created|updated|from|to|url|address|host|when|progress|remainingMs|count|requests|httpStatus|status|source|hub|keys|gateway|threshold|severity|page|index|total_items|items|succeeded|failed)$/

const AMOUNT =
  /(nano|amount|base|spend|total|balance|credits|spent|openingBalance|unattributed|other|elsewhere|limit|price|cost|remaining|today|perHour|burn|adjusted)$/i

/** Parts of today: how much of it each is the books leave open. */
const PART = /money\.(noKey|noGroup|unlogged|undebited|pending)$/

const SHARE = /(value|used|usedRatio|share|ratio)$/i

/** Holds one text against the books. */
export function judge(said: Said, w: World): Verdict {
  if (!hasNumber(said.text)) return 'own'
  const all = pool(w)
  if (said.where === 'doctor') return diagnosis(said.text, w)
  if (/ (--json )?\S/.test(said.where) && /^(status --json|export|watch) /.test(said.where)) {
    const name = said.where.replace(/^(status --json|export|watch) /, '')
    const n = Number(said.text)
    if (TECHNICAL.test(name)) return 'seen'
    if (!Number.isNaN(n) && /perHour$/.test(name)) return words(`$${(n / 1e9).toFixed(2)}/h`, w)
    if (!Number.isNaN(n) && PART.test(name)) {
      const today = inScope(w, '').reduce((all, [, one]) => all + spentAt(one, midnight(w.now, w.zone)), 0)
      return n >= 0 && n <= today ? 'books' : wrong(`is no part of ${today}`)
    }
    if (!Number.isNaN(n) && AMOUNT.test(name)) {
      const nano = /\./.test(said.text) ? n * 1e9 : n // money in events is nano-dollars
      return all.money.some((one) => Math.abs(one - nano) < 2) || n === 0
        ? 'books'
        : wrong(`is nothing of it; next to it is ${nearest(all.money, nano)}`)
    }
    if (!Number.isNaN(n) && SHARE.test(name))
      return n < 0 || all.shares.some((one) => Math.abs(one - n) < 1e-6) ? 'books' : wrong('is nothing of it')
    if (/^\d{4}-\d\d-\d\dT/.test(said.text))
      return said.text.startsWith('0001') ? wrong('is no time') : 'seen'
  }
  return words(said.text, w)
}

function nearest(all: readonly number[], to: number): number {
  return all.reduce((best, one) => (Math.abs(one - to) < Math.abs(best - to) ? one : best), 0)
}

/** A line of a report: how many rows lists have, and money; the rest is of this computer and of this look. */
function diagnosis(text: string, w: World): Verdict {
  const [, list = '', rows = ''] =
    /\b(keys|groups|providers|mappings|settings) +(\d+) rows?\b/.exec(text) ?? []
  if (list !== '') {
    const [, books] = inScope(w, '')[0] ?? []
    const n = books?.[list as 'keys'].length
    return Number(rows) === n ? 'books' : wrong(`has ${n}`)
  }
  return /[$%]/.test(text) ? words(text, w) : 'seen'
}

/** A sentence, with rates taken out and held against the calls of the last minutes. */
function words(text: string, w: World): Verdict {
  const calls = inScope(w, '').flatMap(([, books]) => bookingsOf(books))
  const rates = [...text.matchAll(/\$[\d,.]+\/h(?: over (\d+) min)?/g)]
  for (const [rate] of rates) {
    const truth = [15, 60].map((span) => rateOf(calls, w.now, span, [5, span]))
    const [one] = moneyIn(rate)
    const fits = truth.some(
      (t) => one && Array.isArray(t) && one.value >= t[0] - one.within && one.value <= t[1] + one.within,
    )
    if (!fits) return wrong(`${rate} is no rate of it`)
  }
  const rest = text
    .replace(/\$[\d,.]+\/h(?: over \d+ min)?/g, ' ')
    .replace(/\b\d{1,2}–\d{1,2} (?:s|min|h|days)\b/g, ' ') // how long it lasts is a forecast: docs/forecast
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, ' ')
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{12,}\b/g, ' ')
    .replace(/\bprocess \d+\b/g, ' ') // of this computer
  const sample: Sample = {
    fact: '',
    of: '',
    state: 'known',
    text: rest,
    term: '',
    spoken: [],
    at: 0,
    rows: -1,
    where: '',
  }
  return sentence(sample, rest, pool(w))
}
