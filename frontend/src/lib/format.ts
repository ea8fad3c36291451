/** Everything that turns numbers into words. Nothing else formats money or time. */

/** What stands where nothing is known. */
export const UNKNOWN = '–'

const NANO = 1_000_000_000

/** The reader's locale; English where the system names one that does not exist, such as "C". */
export const LOCALE = usableLocale(globalThis.navigator?.language)

/** The first of candidate and English that Intl accepts. */
export function usableLocale(candidate: string | undefined): string {
  try {
    return new Intl.NumberFormat(candidate).resolvedOptions().locale
  } catch {
    return 'en-US'
  }
}

const dollars = (digits: number) =>
  new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
const dollars0 = dollars(0)
const dollars2 = dollars(2)
const dollars4 = dollars(4)
const dollars6 = dollars(6)
const dollars9 = dollars(9)

/**
 * Nano-dollars with cents: "$1,284.20". What would show as no money although
 * it is some, gets as many digits as it needs.
 */
export function money(nano: number): string {
  if (!Number.isSafeInteger(nano)) return 'too large'
  const size = Math.abs(nano)
  if (size === 0 || size >= NANO / 100) return dollars2.format(nano / NANO)
  return fineMoney(nano)
}

/** Nano-dollars of one request, which is often a fraction of a cent: "$0.0042". */
export function fineMoney(nano: number): string {
  if (!Number.isSafeInteger(nano)) return 'too large'
  const size = Math.abs(nano)
  if (size === 0 || size >= NANO) return dollars2.format(nano / NANO)
  if (size >= NANO / 1000) return dollars4.format(nano / NANO)
  if (size >= 1000) return dollars6.format(nano / NANO)
  return dollars9.format(nano / NANO)
}

/** Nano-dollars for a narrow place: "$500", "$1,284", "$3.20". */
export function shortMoney(nano: number): string {
  if (!Number.isSafeInteger(nano)) return 'too large'
  return Math.abs(nano) >= 100 * NANO || nano % NANO === 0 ? dollars0.format(nano / NANO) : money(nano)
}

/** Nano-dollars an hour: "$1.84/h"; negative is unknown. */
export function rate(nanoPerHour: number): string {
  return nanoPerHour < 0 ? UNKNOWN : `${money(nanoPerHour)}/h`
}

/**
 * A share as per cent, cut and not rounded, so that "90 %" is never said
 * before it is reached; negative is unknown.
 */
export function percent(share: number): string {
  if (share < 0 || Number.isNaN(share)) return UNKNOWN
  return `${Math.floor(share * 100 + 1e-9)} %`
}

const whole = new Intl.NumberFormat(LOCALE)
const compact = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 })

/** "12,345". */
export function count(n: number): string {
  return whole.format(n)
}

/** "12.3K", for places that are too narrow for the whole number. */
export function shortCount(n: number): string {
  return Math.abs(n) < 10_000 ? whole.format(n) : compact.format(n)
}

/** "1 key", "3 keys". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${whole.format(n)} ${n === 1 ? one : many}`
}

/** "12.3 MB". */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let size = n
  let unit = -1
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`
}

/** "412 ms", "1.2 s"; negative is unknown. */
export function latency(ms: number): string {
  if (ms < 0) return UNKNOWN
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A span with at most two units: "9 s", "4 min", "2 h 10 min", "3 d 4 h". */
export function duration(ms: number): string {
  const span = Math.max(0, ms)
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`
  if (span < DAY) return two(span, HOUR, 'h', MINUTE, 'min')
  return two(span, DAY, 'd', HOUR, 'h')
}

function two(span: number, big: number, bigName: string, small: number, smallName: string): string {
  const bigs = Math.floor(span / big)
  const smalls = Math.floor((span % big) / small)
  return smalls === 0 ? `${bigs} ${bigName}` : `${bigs} ${bigName} ${smalls} ${smallName}`
}

/** How long ago: "now" within two seconds, then "9 s ago". */
export function ago(ms: number): string {
  return ms < 2 * SECOND ? 'now' : `${duration(ms)} ago`
}

const hourMinute = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hour12: false })
const hourSecond = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})
const dayMonth = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' })
const full = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium' })

/** "14:02", or with the day where it is not today. */
export function clock(at: number, now = Date.now()): string {
  if (at <= 0) return UNKNOWN
  return sameDay(at, now) ? hourMinute.format(at) : `${dayMonth.format(at)}, ${hourMinute.format(at)}`
}

/** "14:02:09", or with the day where it is not today. */
export function clockSeconds(at: number, now = Date.now()): string {
  if (at <= 0) return UNKNOWN
  return sameDay(at, now) ? hourSecond.format(at) : `${dayMonth.format(at)}, ${hourSecond.format(at)}`
}

/** A time on an axis: "14:00", and the day where it begins. */
export function axisTime(at: number): string {
  const time = new Date(at)
  return time.getHours() === 0 && time.getMinutes() === 0 ? dayMonth.format(at) : hourMinute.format(at)
}

/** Date and time with seconds, for tooltips. */
export function fullTime(at: number): string {
  return at <= 0 ? 'never' : full.format(at)
}

function sameDay(a: number, b: number): boolean {
  const x = new Date(a)
  const y = new Date(b)
  return x.getFullYear() === y.getFullYear() && x.getMonth() === y.getMonth() && x.getDate() === y.getDate()
}

/** "model_mapping" as "Model mapping". */
export function words(code: string): string {
  const text = code.replace(/[_.]/g, ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
