import { amountOf, clock, money, percent, rate } from './format'

/**
 * A number that a gateway told, or why there is none: what is not known is
 * never a number. Go's event.Reading.
 */
export type Reading = number | { status: string; why?: string; value?: number; since?: number }

/** The number, or null where there is none. One that could not be read again is still one. */
export function known(reading: Reading): number | null {
  return typeof reading === 'number' ? reading : (reading.value ?? null)
}

/** What stands where a number would. */
function absence(reading: Reading): string {
  switch (typeof reading === 'number' ? 'known' : reading.status) {
    case 'too_large':
      return 'too large to show'
    case 'none':
      return 'none'
    case 'forbidden':
      return 'no permission'
    case 'not_offered':
      return 'not offered'
    default:
      return 'not known'
  }
}

/** Why there is no number, for a tooltip; undefined where nothing was said. */
export function why(reading: Reading): string | undefined {
  return typeof reading === 'number' ? undefined : reading.why
}

/** An amount of money, or what stands in its place. */
export function moneyOf(reading: Reading, format: (nano: number) => string = money): string {
  const nano = known(reading)
  return nano === null ? absence(reading) : atLeast(reading) + format(nano)
}

/** Dollars an hour, or the sign for what is not known. */
export function rateOf(reading: Reading): string {
  return atLeast(reading) + rate(known(reading) ?? -1)
}

/** A share as per cent, cut, or the sign for what is not known. */
export function percentOf(reading: Reading): string {
  return percent(known(reading) ?? -1)
}

/** "at least " before a value of which not all parts were seen; else "". */
function atLeast(reading: Reading): string {
  return typeof reading !== 'number' && reading.status === 'partial' && known(reading) !== null
    ? 'at least '
    : ''
}

/** A part of a whole; a smaller part never reads like the whole. */
export function partOf(part: Reading, whole: Reading, format: (nano: number) => string = money): string {
  const [p, w] = [known(part), known(whole)]
  if (p === null || w === null || atLeast(whole))
    return `${moneyOf(part, format)} of ${moneyOf(whole, format)}`
  return atLeast(part) + amountOf(p, w, format)
}

/** How two readings are sorted: what is not known comes before everything. */
export function order(a: Reading, b: Reading): number {
  const [x, y] = [known(a), known(b)]
  if (x === null || y === null) return (x === null ? 0 : 1) - (y === null ? 0 : 1)
  return x - y
}

/** Readings together: what is known of them, as of the oldest, and at least that if one of them is, or is not known; if none is, why the first is not that says so. */
export function sumOf(readings: readonly Reading[]): Reading {
  const told = readings.filter((reading) => known(reading) !== null)
  if (told.length === 0)
    return readings.find((reading) => why(reading) !== undefined) ?? { status: 'unknown' }
  const value = told.reduce<number>((sum, reading) => sum + (known(reading) ?? 0), 0)
  const old = told.filter((reading) => typeof reading !== 'number').sort((a, b) => since(a) - since(b))[0]
  const silent = readings.find((reading) => known(reading) === null)
  if (old === undefined && silent === undefined) return value
  const partial =
    silent !== undefined ||
    told.some((reading) => typeof reading !== 'number' && reading.status === 'partial')
  const ages = told.map(since).filter((at) => at > 0)
  const age = ages.length > 0 ? { since: Math.min(...ages) } : {}
  return { status: partial ? 'partial' : 'stale', value, ...age, why: why(old ?? silent ?? 0) ?? '' }
}

function since(reading: Reading): number {
  return typeof reading === 'number' ? 0 : (reading.since ?? 0)
}

/** Of when a number is that could not be read again, such as " as of 21:40"; "" of any other. */
export function asOf(reading: Reading): string {
  return since(reading) > 0 ? ` as of ${clock(since(reading))}` : ''
}
