import type { Booking } from './books'
import type { Truth } from './check'
import { countsIn, moneyIn, saysUnknown } from './say'
import { type Check, type World, wrong } from './world'

const MINUTE = 60_000

/** How many minutes after watching ended a rate is still told, as it was then. */
const HELD = 4

/**
 * What a rate over the last minutes can be: the window ends with one of the last whole minutes, or with the
 * one in which watching ended, and as many of its minutes count as were watched. What only some may know of
 * (a batch of which no hub told whose it is) may be in it or not.
 */
export function rateOf(
  calls: readonly Booking[],
  now: number,
  span: number,
  watched: [number, number],
  perhaps: readonly Booking[] = [],
): Truth {
  const within = (back: number, of: readonly Booking[]) => {
    const to = (Math.floor(now / MINUTE) - back + 1) * MINUTE
    return of.reduce((all, one) => all + (one.at >= to - span * MINUTE && one.at < to ? one.cost : 0), 0)
  }
  const bounds = Array.from({ length: span === 15 ? HELD + 1 : 2 }, (_, i) => within(i + 1, calls))
  const most = Math.max(...bounds.map((sum, i) => sum + within(i + 1, perhaps)))
  return [(Math.min(...bounds) * 60) / watched[1], (most * 60) / Math.max(watched[0], 5)]
}

/**
 * What was spent in the last minutes, as an amount: not more than the books have of them, and all of it where it
 * is not called a lower bound. A day is kept by quarters of an hour, so that it may begin so much later.
 */
export const spentWithin =
  (
    calls: (id: string, w: World) => Booking[],
    span: number,
    perhaps: (id: string, w: World) => Booking[] = () => [],
  ): Check =>
  (s, w) => {
    if (saysUnknown(s.text)) return 'unknown'
    const [written] = moneyIn(s.text)
    if (!written || s.text.includes('/h')) return wrong('is no amount')
    const within = (minutes: number, of: readonly Booking[]) =>
      of.reduce((all, one) => all + (one.at >= w.now - minutes * MINUTE ? one.cost : 0), 0)
    const own = calls(s.of, w)
    const most = within(span + 1, own) + within(span + 1, perhaps(s.of, w))
    const partial = s.state === 'partial' && s.text.startsWith('at least ')
    const least = partial ? 0 : within(span - (span > 60 ? 16 : 2), own)
    const ok = written.value >= least - written.within && written.value <= most + written.within
    return ok
      ? 'books'
      : wrong(`is between ${[least, most].map((n) => (n / 1e9).toFixed(4)).join(' and ')} $`)
  }

/** A rate over the last minutes, of the calls it is of. */
export const rate =
  (
    calls: (id: string, w: World) => Booking[],
    span: number,
    perhaps: (id: string, w: World) => Booking[] = () => [],
  ): Check =>
  (s, w) => {
    if (saysUnknown(s.text.replace('/h', ''))) return 'unknown'
    const said = countsIn((s.term || s.text).replace(/\$[\d.,]+\/h/, '').replace(/(\d+) min/g, 'over $1'))
    const watched: [number, number] = said[0] && said[0] < span ? [said[0], said[0]] : [5, span]
    const truth = rateOf(calls(s.of, w), w.now, span, watched, perhaps(s.of, w))
    const [written] = moneyIn(s.text)
    if (!written || truth === null || typeof truth === 'number') return wrong('is no rate')
    const least = s.state === 'partial' && s.text.startsWith('at least ') ? 0 : truth[0]
    const ok = written.value >= least - written.within && written.value <= truth[1] + written.within
    return ok ? 'books' : wrong(`is between ${truth.map((n) => (n / 1e9).toFixed(4)).join(' and ')} $/h`)
  }
