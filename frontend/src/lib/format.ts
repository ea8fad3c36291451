/**
 * Everything that turns numbers into words. Nothing else formats money or time.
 * Go formats the same way (internal/core/text); both are held to
 * internal/core/text/testdata/format.json.
 */

/** What stands where nothing is known. */
export const UNKNOWN = '–'

const NANO = 1_000_000_000

/** The reader's locale; English where the system names one that does not exist, such as "C". */
const LOCALE = usableLocale(globalThis.navigator?.language)

/** The first of candidate and English that Intl accepts. */
export function usableLocale(candidate: string | undefined): string {
  try {
    return new Intl.NumberFormat(candidate).resolvedOptions().locale
  } catch {
    return 'en-US'
  }
}

const dollars = (least: number, most = least) =>
  new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  })
const dollars0 = dollars(0)
const dollars2 = dollars(2)
const dollars4 = dollars(4)
const dollars9 = dollars(2, 9)

const CENT = NANO / 100

/**
 * Nano-dollars with cents, rounded half even: "$1,284.20". What would show as
 * no money although it is some, keeps two significant digits.
 */
export function money(nano: number): string {
  if (!Number.isSafeInteger(nano)) return 'too large'
  if (nano !== 0 && Math.abs(nano) < CENT) return dollars9.format(significant(nano) / NANO)
  return dollars2.format(halfEven(nano, CENT) / 100)
}

/** Nano-dollars of one request, which is often a fraction of a cent: "$0.0425". */
export function fineMoney(nano: number): string {
  if (Math.abs(nano) < CENT || Math.abs(nano) >= NANO) return money(nano)
  return dollars4.format(halfEven(nano, NANO / 10_000) / 10_000)
}

/** Nano-dollars without cents where there are none, as in a sentence: "$500", "$3.20". */
export function shortMoney(nano: number): string {
  const cents = halfEven(nano, CENT)
  const whole = cents % 100 === 0 && (cents !== 0 || nano === 0)
  return whole && Number.isSafeInteger(nano) ? dollars0.format(cents / 100) : money(nano)
}

/** A part of a whole, as format writes them; a smaller part never reads like the whole: "$0.217 of $0.22". */
export function amountOf(part: number, whole: number, format = shortMoney): string {
  const small = format(part)
  const large = format(whole)
  const apart = part <= 0 || part >= whole || small !== large || !Number.isSafeInteger(whole)
  if (apart) return `${small} of ${large}`
  let decimals = 3
  const same = (unit: number) => Math.floor(part / unit) === Math.floor(whole / unit)
  while (same(10 ** (9 - decimals))) decimals++
  const cut = (n: number) => {
    const usd = Math.floor(n / NANO)
    const rest = String(n % NANO).padStart(9, '0')
    return `${dollars0.format(usd)}.${rest.slice(0, decimals)}`
  }
  return `${cut(part)} of ${whole % CENT === 0 ? large : cut(whole)}`
}

/** How many whole units n is; a half goes to the even neighbour. */
function halfEven(n: number, unit: number): number {
  const rest = Math.abs(n) % unit
  const whole = (Math.abs(n) - rest) / unit
  const up = rest * 2 > unit || (rest * 2 === unit && whole % 2 === 1)
  return Math.sign(n) * (up ? whole + 1 : whole)
}

/** Less than a cent with two significant digits. */
function significant(nano: number): number {
  let unit = 1
  while (Math.abs(nano) / unit >= 100) unit *= 10
  return halfEven(nano, unit) * unit
}

/** Nano-dollars an hour: "$1.84/h"; negative is unknown. */
export function rate(nanoPerHour: number): string {
  return nanoPerHour < 0 ? UNKNOWN : `${money(nanoPerHour)}/h`
}

/**
 * A share as per cent, cut and not rounded, so that no limit is said to be
 * reached before it is; negative is unknown.
 */
export function percent(share: number): string {
  if (share < 0 || Number.isNaN(share)) return UNKNOWN
  // What binary arithmetic takes from 0.29 × 100 is forgiven, but not at the limit.
  const cut = Math.floor(share * 100 + 1e-12)
  return `${share < 1 ? Math.min(cut, 99) : cut} %`
}

/** A share that somebody set, as it was typed: "33.5 %". */
export function setShare(share: number): string {
  return `${Math.round(share * 10_000) / 100} %`
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

/** "12 MB"; negative is unknown. */
export function bytes(n: number): string {
  if (n < 0) return UNKNOWN
  if (n < 1000) return `${n} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let size = n / 1000
  let unit = 0
  while (unit < units.length - 1 && Math.round(size) >= 1000) {
    size /= 1000
    unit++
  }
  const tenths = Math.round(size * 10)
  return `${tenths < 100 ? (tenths / 10).toFixed(1) : Math.round(size)} ${units[unit]}`
}

/** "0.4 ms", "412 ms", "1.2 s", from a minute on as a duration; negative is unknown. */
export function latency(ms: number): string {
  if (ms < 0 || Number.isNaN(ms)) return UNKNOWN
  if (ms > 0 && ms < 0.05) return '< 0.1 ms'
  if (Math.round(ms * 10) < 100) return `${Math.round(ms * 10) / 10} ms`
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  const tenths = Math.round(ms / 100)
  return tenths < 600 ? `${(tenths / 10).toFixed(1)} s` : duration(Math.max(ms, MINUTE))
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * A span, cut, with one unit or two: "9 s", "4 min", "2 h 10 min", "23 h",
 * "3 days". What is not nothing is at least "1 s".
 */
export function duration(ms: number): string {
  if (ms <= 0) return '0 s'
  if (ms < MINUTE) return `${Math.max(Math.floor(ms / SECOND), 1)} s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`
  if (ms >= 2 * DAY) return `${whole.format(Math.floor(ms / DAY))} days`
  const hours = Math.floor(ms / HOUR)
  const minutes = Math.floor((ms % HOUR) / MINUTE)
  return minutes === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${minutes} min`
}

/** How long ago: "now" within two seconds, then "9 s ago". */
export function ago(ms: number): string {
  return ms < 2 * SECOND ? 'now' : `${duration(ms)} ago`
}

const hourMinute = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const hourSecond = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const dayMonth = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' })
const full = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })

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
