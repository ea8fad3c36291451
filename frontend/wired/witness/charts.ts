import { money, type Truth } from './check'
import { moneyIn, saysUnknown } from './say'
import { type Check, type World, wrong } from './world'

const MINUTE = 60_000

/** A chart's own sums: all its lines together are what was spent since it begins. */
export function chartSum(of: (id: string, w: World, from: number) => number): Check {
  return (s, w) => {
    const label = s.spoken.find((text) => / in all/.test(text)) ?? ''
    const written = moneyIn(label)
    if (written.length === 0) return 'own'
    const day = /24 hours/.test(label)
    const total = written.reduce((all, one) => all + one.value, 0)
    // A chart of a day is of whole hours; one of an hour is read anew each minute.
    const [span, step, late] = day ? [24 * 60, 61, 0] : [60, 2, 3]
    const most = of(s.of, w, w.now - (span + step) * MINUTE)
    const least =
      of(s.of, w, w.now - (span - step) * MINUTE) - (late > 0 ? of(s.of, w, w.now - late * MINUTE) : 0)
    const slack = written.reduce((all, one) => all + one.within, 0)
    return total <= most + slack && (total >= least - slack || !w.sees.admin)
      ? 'books'
      : wrong(`is between ${least / 1e9} and ${most / 1e9}`)
  }
}

/** A chart's cell: what a line was in one step. */
export function cell(
  of: (id: string, w: World, from: number, to: number, line: string) => Truth,
  step: number,
): Check {
  return (s, w) => {
    const [id = '', line = '', at = ''] = s.of.split('|')
    if (saysUnknown(s.text)) return 'unknown'
    return money(() => of(id, w, Number(at), Number(at) + step, line))(s, w)
  }
}
