import type { Books } from './books'
import { money, type Truth } from './check'
import { moneyIn, saysUnknown } from './say'
import { type Check, inScope, spentAt, type World, wrong } from './world'

const MINUTE = 60_000

/** A chart's own sums: all its lines together are what was spent since it begins. */
export function chartSum(of: (id: string, w: World, from: number) => number | [number, number]): Check {
  return (s, w) => {
    const label = s.spoken.find((text) => / in all/.test(text)) ?? ''
    const written = moneyIn(label)
    if (written.length === 0) return 'own'
    const day = /24 hours/.test(label)
    const total = written.reduce((all, one) => all + one.value, 0)
    // A chart of a day is of whole hours; one of an hour is read anew each minute.
    const [span, step, late] = day ? [24 * 60, 61, 0] : [60, 2, 3]
    const since = (minutes: number) => [of(s.of, w, w.now - minutes * MINUTE)].flat()
    const most = since(span + step).at(-1) ?? 0
    const least = (since(span - step)[0] ?? 0) - (late > 0 ? (since(late).at(-1) ?? 0) : 0)
    const slack = written.reduce((all, one) => all + one.within, 0)
    return total <= most + slack && (total >= least - slack || !w.sees.admin)
      ? 'books'
      : wrong(`is between ${least / 1e9} and ${most / 1e9}`)
  }
}

/** What came between two times, of what came since each of them. */
export function between(from: number | [number, number], to: number | [number, number]): Truth {
  const [[least = 0, most = least], [less = 0, more = less]] = [[from].flat(), [to].flat()]
  return [Math.max(0, least - more), Math.max(most - less, 0)]
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

const sum = (rows: readonly { cost: number }[]) => rows.reduce((all, one) => all + one.cost, 0)

/** The provider that a gateway has for a model; "" for none. */
const sellerOf = (books: Books, model: string) => {
  const route = books.mappings.find((one) => one.modelAlias === model)
  return String((route?.provider as { displayName?: string } | undefined)?.displayName ?? '')
}

/** What a line of the chart by the minute was within a minute: a provider's, a gateway's, or what no provider had. */
export function spentInMinute(scope: string, w: World, from: number, to: number, line: string): Truth {
  const label = (id: string) => w.live.gateways[id]?.label || id
  const named = inScope(w, scope).some(([id]) => label(id) === line)
  const providers = inScope(w, scope).length > 0 && !named
  // Providers of one name at several gateways say whose they are.
  const whose = inScope(w, scope).find(([id]) => line.endsWith(` (${label(id)})`))
  const seller = whose ? line.slice(0, -label(whose[0]).length - 3) : line
  const scoped = whose ? [whose] : inScope(w, scope)
  const rest = providers && line === 'not attributed'
  const least = scoped.reduce((all, [, books]) => {
    const log = books.log.filter((one) => one.at >= from && one.at < to)
    const of = (test: (seller: string) => boolean) =>
      sum(log.filter((one) => test(sellerOf(books, one.model))))
    const whole = spentAt(books, from) - spentAt(books, to)
    return all + (rest ? whole - of((one) => one !== '') : providers ? of((one) => one === seller) : whole)
  }, 0)
  if (!providers) return least
  const near = <T extends { at: number }>(one: T) => one.at >= from - MINUTE && one.at < to + MINUTE
  // A batch's item may be of any provider, or of none that is known: no book names its model, the hub does.
  const told = w.batches.filter(near).reduce((all, one) => all + one.amount, 0)
  // Calls whose rows were lost were made some time before they were paid.
  const lost = sum(scoped.flatMap(([, books]) => books.lost.filter(near)))
  return rest ? [least - told - lost, least + lost] : [least, least + told]
}
