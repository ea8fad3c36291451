import { clock, money, percent } from '../lib/format'
import { known } from '../lib/reading'
import type { Services } from './bridge'
import { HOUR, MINUTE } from './fakeTables'
import type { CalendarItem, Forecast, ForecastPoint, ForecastView, Gateway, Live } from './types'

const DAY = 24 * HOUR

/** How long ago the made-up budget periods of keys began, and how long they are. */
const BEGAN = 19 * DAY
const PERIOD = 30 * DAY

/** How long ago made-up balances of which nothing is spent were topped up. */
const TOPPED_UP = 9 * DAY

/** How far the made-up range reaches on both sides, as shares of what is foreseen. */
const [SOONER, LATER] = [0.86, 1.19]

/** The begin of a made-up key's budget period, as its name, and its end. */
export function fakePeriod(now: number): { periodId: string; periodEnd: number } {
  const began = new Date(now - BEGAN)
  began.setUTCHours(0, 0, 0, 0)
  return {
    periodId: `period:${began.toISOString().slice(0, 10)}`,
    periodEnd: began.getTime() + PERIOD,
  }
}

/** Adds what is foreseen of every budget. */
export function addForecasts(live: Live, now: number, learning: boolean): void {
  for (const key of Object.values(live.keys)) {
    const [limit, spent, hourly] = [known(key.limit), known(key.total), known(key.lastHour)]
    if (limit === null || spent === null) continue
    const about = {
      gateway: key.gateway,
      kind: 'key',
      subject: key.id,
      name: key.name,
      periodId: key.periodId,
    }
    add(live, { ...about, limit, spent, reset: key.periodEnd }, hourly ?? 0, now, learning)
  }
  for (const group of Object.values(live.groups)) {
    const { gateway, id, name, periodId, openingBalance: limit } = group
    const about = { gateway, kind: 'group', subject: id, name, periodId }
    const spent = limit - (known(group.balance) ?? 0)
    add(live, { ...about, limit, spent, reset: 0 }, known(group.lastHour) ?? 0, now, learning)
  }
  for (const gateway of Object.values(live.gateways)) addGateway(live, gateway, now, learning)
}

/** Of a gateway whose groups have balances, all of them together. */
function addGateway(live: Live, { id, label }: Gateway, now: number, learning: boolean): void {
  const parts = Object.values(live.forecasts).filter((one) => one.gateway === id && one.kind === 'group')
  if (parts.length === 0) return
  const sum = (of: 'limit' | 'spent' | 'perHour') => parts.reduce((all, one) => all + one[of], 0)
  const about = { gateway: id, kind: 'gateway', subject: id, name: label, periodId: '', reset: 0 }
  add(live, { ...about, limit: sum('limit'), spent: sum('spent') }, sum('perHour'), now, learning)
}

type About = Pick<
  Forecast,
  'gateway' | 'kind' | 'subject' | 'name' | 'periodId' | 'limit' | 'spent' | 'reset'
>

function add(live: Live, about: About, hourly: number, now: number, learning: boolean): void {
  const id = `${about.kind}:${about.subject}`
  const at = now - 2 * MINUTE
  const none = { earliest: 0, likely: 0, latest: 0, perHour: -1, range: '', since: 0, times: 0, tried: 0 }
  live.forecasts[id] = { ...about, id, at, ...none, ...foreseen(about, hourly, at, learning) }
}

type Foreseen = Partial<Forecast> & Pick<Forecast, 'outcome' | 'head' | 'basis'>

/** What Go would foresee and say, were as much spent in each hour to come as in the last one. */
function foreseen(about: About, hourly: number, at: number, learning: boolean): Foreseen {
  if (learning)
    return {
      outcome: 'too_little_data',
      head: 'Too early to forecast: since the first spending 6 h are known of the 24 h it takes.',
      basis: `${money(hourly)} in the hour before 10:00, of which 60 min are known.`,
    }
  const hours = hourly > 0 ? (about.limit - about.spent) / hourly : Number.POSITIVE_INFINITY
  if (hours > 365 * 24)
    return { outcome: 'not_within_a_year', head: 'Not used up within a year at this rate.', basis: '' }
  const after = (share: number) => Math.round(at + hours * share * HOUR)
  const times = { earliest: after(SOONER), likely: after(1), latest: after(LATER) }
  const range = `between ${clock(times.earliest)} and ${clock(times.latest)} in 8 of 10 cases`
  const reset = about.reset > 0 ? clock(about.reset) : ''
  const soon = about.reset === 0 || times.likely < about.reset
  return {
    ...times,
    outcome: soon ? 'forecast' : 'on_pace',
    perHour: Math.round(hourly),
    tried: 148,
    range: soon ? range : '',
    head: soon
      ? `Likely used up ${clock(times.likely)}; ${range}${reset ? `; the reset is ${reset}` : ''}.`
      : `On pace: not used up before the reset, ${reset}.`,
    basis: `The same forecast was tried 148 times on this spending; half of its errors were within ${percent(0.09)}.`,
  }
}

/** What the history would say of them: a chart of each, and the calendar. */
export function fakeForecasts(
  live: () => Live,
): Pick<Services['History'], 'Forecast' | 'Calendar' | 'SaveCalendar'> {
  return {
    Forecast: async (id) => viewOf(live().forecasts[id], id),
    Calendar: async () => calendarOf(live()),
    SaveCalendar: async () => ({
      path: '/home/you/Downloads/gatewatch-budgets.ics',
      lines: calendarOf(live()).length,
    }),
  }
}

/** When what is spent of a made-up balance began to be spent, were it always spent as fast as now. */
function toppedUpAt(of: Forecast): number {
  return of.at - (of.perHour > 0 ? (of.spent / of.perHour) * HOUR : TOPPED_UP)
}

/** Sums by the hour up to what is spent, with half a day of which nothing is known, and a fan from there. */
function viewOf(of: Forecast | undefined, id: string): ForecastView {
  if (!of || of.kind === 'gateway') return { id, limit: 0, at: 0, past: [], ahead: [], steps: [], gaps: [] }
  const { at, spent, limit, latest, reset } = of
  const perMs = Math.max(0, of.perHour) / HOUR
  const began = Math.max(of.kind === 'group' ? toppedUpAt(of) : at - BEGAN, at - 14 * DAY, at - spent / perMs)
  const middle = Math.max(began, at - Math.max(DAY, (latest || at) - at)) * 0.6 + at * 0.4
  const gap = { from: Math.round(middle), to: Math.round(middle + (at - middle) * 0.2) }
  const past: ForecastPoint[] = []
  for (let t = began; t < at; t += HOUR) {
    if (t > gap.from && t < gap.to) continue
    const wave = ((DAY * perMs) / 14) * Math.sin(((t - at) / DAY) * 2 * Math.PI)
    const likely = Math.max(0, Math.round(spent - (at - t) * perMs + wave))
    past.push({ at: Math.round(t), low: likely, likely, high: likely })
  }
  past.push({ at, low: spent, likely: spent, high: spent })
  const ahead: ForecastPoint[] = []
  const end = Math.min(latest || at + 14 * DAY, reset || Number.POSITIVE_INFINITY, at + 60 * DAY)
  for (let i = 1; i <= 48 && of.perHour >= 0; i++) {
    const t = at + ((end - at) * i) / 48
    const more = (share: number) => Math.round(spent + ((t - at) * perMs) / share)
    ahead.push({ at: Math.round(t), low: more(LATER), likely: more(1), high: more(SOONER) })
  }
  const steps = [
    ...(reset > 0 ? [{ at: reset, kind: 'reset', amount: 0 }] : []),
    ...(of.kind === 'group' ? [{ at: Math.round(toppedUpAt(of)), kind: 'topup', amount: limit }] : []),
  ]
  return { id, limit, at, past, ahead, steps, gaps: past.length > 2 ? [gap] : [] }
}

function calendarOf(live: Live): CalendarItem[] {
  const items: CalendarItem[] = []
  const add = (kind: string, at: number, gateway: string, open: string, name: string, words: string) =>
    items.push({ id: `${kind} ${open} ${at}`, at, kind, gateway, open, name, words })
  for (const key of Object.values(live.keys)) {
    if (key.periodEnd > 0) add('reset', key.periodEnd, key.gateway, key.id, key.name, 'has its budget reset')
    if (key.expires > 0) add('expiry', key.expires, key.gateway, key.id, key.name, 'expires')
  }
  for (const of of Object.values(live.forecasts)) {
    const open = of.kind === 'group' ? `group:${of.subject}` : of.subject
    if (of.outcome === 'forecast' && of.kind !== 'gateway')
      add('exhaustion', of.likely, of.gateway, open, of.name, `is likely out of budget, ${of.range}`)
    if (of.kind === 'group')
      add(
        'topup',
        Math.round(toppedUpAt(of)),
        of.gateway,
        open,
        of.name,
        `was topped up by ${money(of.limit)}`,
      )
  }
  return items.sort((a, b) => a.at - b.at)
}
