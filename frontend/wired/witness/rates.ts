import type { Booking } from './books'
import type { Truth } from './check'
import { countsIn, moneyIn, saysUnknown } from './say'
import { type Check, type World, wrong } from './world'

const MINUTE = 60_000

/**
 * What a rate over the last minutes can be: the window ends with this minute or the one before, as many of
 * its minutes count as were watched, and of each key its dearest minute counts at most what all others do;
 * a key that spent in one minute only has no rate.
 */
export function rateOf(
  calls: readonly Booking[],
  now: number,
  span: number,
  watched: [number, number],
): Truth {
  const keys = [...new Set(calls.map((one) => one.key))].map((key) => calls.filter((one) => one.key === key))
  const minutes = (end: number, of: readonly Booking[]) =>
    Array.from({ length: span }, (_, i) => {
      const from = (end - i) * MINUTE
      return of.reduce((all, one) => all + (one.at >= from && one.at < from + MINUTE ? one.cost : 0), 0)
    })
  const bounds = [0, 1].flatMap((back) => {
    const all = keys.map((of) => {
      const per = minutes(Math.floor(now / MINUTE) - back, of)
      const total = per.reduce((sum, one) => sum + one, 0)
      const [first = 0, second = 0] = [...per].sort((a, b) => b - a)
      return [total, second === 0 ? 0 : Math.min(total, total - first + second)] as const
    })
    // Of a group or a gateway the dearest minute is that of all its keys.
    const [first = 0, second = 0] = minutes(Math.floor(now / MINUTE) - back, calls).sort((a, b) => b - a)
    const [whole = 0, cut = 0] = [0, 1].map((which) => all.reduce((sum, one) => sum + (one[which] ?? 0), 0))
    return [whole, Math.min(cut, whole - first + second)]
  })
  return [(Math.min(...bounds) * 60) / watched[1], (Math.max(...bounds) * 60) / Math.max(watched[0], 5)]
}

/** A rate over the last minutes, of the calls it is of. */
export const rate =
  (calls: (id: string, w: World) => Booking[], span: number): Check =>
  (s, w) => {
    if (saysUnknown(s.text.replace('/h', ''))) return 'unknown'
    const said = countsIn((s.term || s.text).replace(/\$[\d.,]+\/h/, '').replace(/(\d+) min/g, 'over $1'))
    const watched: [number, number] = said[0] && said[0] < span ? [said[0], said[0]] : [5, span]
    const truth = rateOf(calls(s.of, w), w.now, span, watched)
    const [written] = moneyIn(s.text)
    if (!written || truth === null || typeof truth === 'number') return wrong('is no rate')
    const ok = written.value >= truth[0] - written.within && written.value <= truth[1] + written.within
    return ok ? 'books' : wrong(`is between ${truth.map((n) => (n / 1e9).toFixed(4)).join(' and ')} $/h`)
  }
