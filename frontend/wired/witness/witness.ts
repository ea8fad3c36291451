import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Program } from '../program'
import { beyond, judge as judgeSaid } from './beyond'
import { type Books, lostOf, readBooks } from './books'
import { INCIDENTS } from './incidentFacts'
import { OTHERS } from './otherFacts'
import { type Loose, look, type Sample, type Seen } from './page'
import { namesOf } from './pool'
import { hasNumber } from './say'
import { SPEND } from './spendFacts'
import { walk } from './walk'
import type { Batch, Check, Move, World } from './world'

const FACTS: Record<string, Check> = { ...OTHERS, ...INCIDENTS, ...SPEND }

/** Text with a digit or a claim that never changes, and so is no fact. */
const FIXED: readonly RegExp[] = [
  /^(1 h|24 h|7 days|30 days)$/,
  /^Last (24 h|60 min|24 hours|hour|hours)$/,
  /^Spend per (minute|hour), last (24 h|60 minutes|24 hours)$/,
  /^last 60 min$/i,
  /^Failed, last hour$/,
  /^Ctrl K$/,
  /^(15 min|1 hour|4 hours|Until tomorrow 09:00|1 hour, also critical alerts)$/,
  /\(g \w\)$/,
  /^\[title\] (Spent in the last hour, as far as it was watched|Since the value was told.*)$/,
  /^(1 h|24 h|7 days|30 days)$/,
  /^Empty: what the environment says; direct: none; else an address such as http:\/\/proxy:3128$/,
  /^ed25519, in base64$/,
  /^(0 never repeats|In per cent, such as 50, 80; each is told once)$/,
  /^(No limits set on the gateway\.|Nothing needs you\.|Not healthy|Used|Unhealthy|Healthy)$/,
]

export type Finding = { sample: Sample; why: string }

/** What was seen in one situation. */
export type Tally = {
  situation: string
  books: number
  own: number
  unknown: number
  seen: number
  wrong: Finding[]
  /** Facts that nobody has a truth for. */
  strange: string[]
  loose: Loose[]
}

export type Situation = {
  name: string
  p: Program
  began: number
  batches?: Batch[]
  moves?: readonly Move[]
  sees?: { core: boolean; admin: boolean }
  has?: { core: boolean; admin: boolean }
  answers?: boolean
  /** The gateway is out of reach: all that is shown is as it was. */
  away?: boolean
  names?: string[]
  /** What the gateway is called by the program. */
  gateway?: string
  pages?: readonly string[]
  /** Also what is said elsewhere than on the page. */
  beyond?: boolean
  /** Lists that the gateway does not let the program read. */
  forbidden?: readonly string[]
  /** A hub was away for a while. */
  unheard?: boolean
  /** Rows of the log were lost. */
  lost?: boolean
  /** Books of other gateways. */
  more?: readonly [string, Books][]
}

/** Reads every page and holds all that it shows against the books. */
export async function witness(of: Situation): Promise<Tally> {
  const tally: Tally = {
    situation: of.name,
    books: 0,
    own: 0,
    unknown: 0,
    seen: 0,
    wrong: [],
    strange: [],
    loose: [],
  }
  const books = await booksOf(of)
  await walk(of.p, async (seen) => judge(tally, seen, await worldOf(of, books, seen.at)), of.pages)
  if (!of.beyond) return tally
  const world = await worldOf(of, books)
  const all = await beyond(of.p)
  for (const said of all) {
    const verdict = judgeSaid(said, world)
    if (typeof verdict === 'string') tally[verdict]++
    else tally.wrong.push({ sample: { ...NOBODY, fact: said.where, text: said.text }, why: verdict.wrong })
  }
  return tally
}

const NOBODY: Sample = {
  fact: '',
  of: '',
  state: 'known',
  text: '',
  term: '',
  spoken: [],
  at: 0,
  rows: -1,
  where: 'beyond the page',
}

/** The books of the gateway, under the name that the program has for it. */
async function booksOf(of: Situation): Promise<World['books']> {
  const id = of.gateway ?? Object.keys((await of.p.live()).gateways)[0] ?? 'gateway'
  const own = of.away ? [] : [[id, await readBooks(of.p.books, of.p.master)] as const]
  if (of.lost) for (const [, books] of own) books.lost = lostOf(books)
  return new Map([...own, ...(of.more ?? [])])
}

/** Holds what can be seen now, without going anywhere, against the books. */
export async function glance(of: Situation): Promise<Tally> {
  const tally: Tally = {
    situation: of.name,
    books: 0,
    own: 0,
    unknown: 0,
    seen: 0,
    wrong: [],
    strange: [],
    loose: [],
  }
  const seen = await look(of.p.page, 'here')
  judge(tally, seen, await worldOf(of, await booksOf(of), seen.at))
  return tally
}

/** What is so now. */
async function worldOf(of: Situation, books: World['books'], now = of.p.now()): Promise<World> {
  const live = await of.p.live()
  return {
    books,
    live,
    now,
    began: of.began,
    zone: of.p.zone,
    batches: of.batches ?? [],
    moves: of.moves ?? [],
    received: of.p.recorders.flatMap((one) => one.received),
    sockets: of.p.recorders.reduce((all, one) => all + one.open, 0),
    sees: of.sees ?? { core: true, admin: true },
    has: of.has ?? of.sees ?? { core: true, admin: true },
    answers: of.answers ?? true,
    unheard: of.unheard ?? false,
    forbidden: of.forbidden ?? [],
    names: [
      ...(of.names ?? []),
      ...tasksOf(live),
      of.p.home,
      ...of.p.recorders.map((one) => hostOf(one.url)),
    ],
  }
}

const hostOf = (url: string) => new URL(url).host

const tasksOf = (live: World['live']) =>
  Object.values(live.tasks).flatMap((one) =>
    [one.task, one.model, one.message].filter((name) => /[a-z]/i.test(name)),
  )

function judge(tally: Tally, seen: Seen, world: World): void {
  for (const sample of seen.samples) {
    const check = FACTS[sample.fact]
    if (!check) {
      tally.strange.push(`${sample.fact} at ${sample.where}: ${sample.text}`)
      continue
    }
    const verdict = check(sample, world)
    if (typeof verdict === 'string') tally[verdict]++
    else tally.wrong.push({ sample, why: verdict.wrong })
  }
  for (const one of seen.loose) {
    if (FIXED.some((fixed) => fixed.test(one.text))) continue
    // What a screen reader is told of an alert is the alert's title.
    const told = Object.values(world.live.alerts).find(
      ({ title }) => one.text === title || one.text === `[aria-label] Alert ${title}`,
    )
    if (told) {
      const sample = { ...NOBODY, fact: 'alert.title', of: told.id, text: told.title, where: one.where }
      const verdict = FACTS['alert.title']?.(sample, world) ?? 'own'
      if (typeof verdict === 'string') tally[verdict]++
      else tally.wrong.push({ sample, why: verdict.wrong })
      continue
    }
    const rest = namesOf(world).reduce((text, name) => text.replaceAll(name, ' '), one.text)
    const about = /^\[/.test(one.text) || one.where === '/settings' // labels, and the names of rules
    if (about ? hasNumber(rest) : hasNumber(rest) || rest === one.text) tally.loose.push(one)
  }
}

/** One line for each thing that is not as it should be. */
export function complaints(tally: Tally): string[] {
  const once = new Set([
    ...tally.wrong.map(
      ({ sample: s, why }) =>
        `${s.fact} of ${s.of || 'all'} at ${s.where} says ${JSON.stringify([s.term, s.text, ...s.spoken].filter(Boolean).join(' | '))}, and ${why}`,
    ),
    ...tally.strange.map((fact) => `no truth is known for ${fact}`),
    ...tally.loose.map((one) => `no fact covers ${JSON.stringify(one.text)} at ${one.where}`),
  ])
  return [...once]
}

/** Keeps what was seen for the report in docs/truth.md. */
export function keep(tally: Tally, place: number): void {
  const folder = join(process.env.WIRED_WORK ?? '', 'truth')
  mkdirSync(folder, { recursive: true })
  const line = {
    ...tally,
    place,
    at: Date.now(),
    wrong: tally.wrong.length,
    strange: tally.strange.length,
    loose: tally.loose.length,
  }
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(line)}\n`)
}
