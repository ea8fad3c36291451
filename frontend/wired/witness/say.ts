/** What texts say, read back: the other way round than lib/format. */

/** A number as it is written, with how far apart two values may be that are written so. */
export type Written = { value: number; within: number; text: string }

const MONEY = /(-)?(?:US)?\$\s?([\d,]+(?:\.(\d+))?)/g
const PERCENT = /(-?\d+(?:\.\d+)?) ?%/g
const COUNT = /\d[\d,]*(?:\.\d+)?/g

/** All amounts of money of a text, in nano-dollars. */
export function moneyIn(text: string): Written[] {
  return [...text.matchAll(MONEY)].map(([whole, minus, digits = '', decimals = '']) => {
    const value = Number(digits.replaceAll(',', '')) * 1e9 * (minus ? -1 : 1)
    return { value, within: 10 ** (9 - decimals.length), text: whole }
  })
}

/** All shares of a text, 0–1; written down and never up. */
export function percentIn(text: string): Written[] {
  return [...text.matchAll(PERCENT)].map(([whole, digits]) => ({
    value: Number(digits) / 100,
    within: 0.01,
    text: whole,
  }))
}

/** The numbers of a text that are neither money, shares, times nor spans. */
export function countsIn(text: string): number[] {
  const rest = withoutTimes(text).replace(MONEY, ' ').replace(PERCENT, ' ')
  return [...rest.matchAll(COUNT)].map(([digits]) => Number(digits.replaceAll(',', '')))
}

const SPAN = /\d+(?:\.\d+)? (?:ms|s|min|h|days)(?: \d+ min)?\b/g
const TIME = /\b\d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?\b/g
const DAY = /\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}(?:, \d{4})?\b/g

function withoutTimes(text: string): string {
  return text.replace(SPAN, ' ').replace(TIME, ' ').replace(DAY, ' ')
}

/** How long a text says that something is, ms, with its unit; null if it says none. */
export function spanIn(text: string): Written | null {
  const found = /(?:(\d+) days|(\d+) h(?: (\d+) min)?|(\d+) min|(\d+) s)\b/.exec(text)
  if (!found) return /\bnow\b/.test(text) ? { value: 0, within: 2000, text: 'now' } : null
  const [whole, days, hours, minutes, only, seconds] = found
  const part = (n: string | undefined, unit: number) => Number(n ?? 0) * unit
  const value = part(days, 86.4e6) + part(hours, 3.6e6) + part(minutes ?? only, 60e3) + part(seconds, 1e3)
  const within = days ? 86.4e6 : hours && !minutes ? 3.6e6 : hours || only ? 60e3 : 1000
  return { value, within, text: whole }
}

/** Whether a text says that something is not known, in one of the ways there are. */
export function saysUnknown(text: string): boolean {
  return /^(–|unknown|not known( yet)?|not told|no permission|not offered|not read|no data|none|too large to show|needs a day of traffic|never|never read|not yet|none yet|no total yet|total not known|never topped up|its group is not known|limit not known|no limit|no limit of its own|no limit any more|limit too large to show|)\.?$/i.test(
    text.trim(),
  )
}

/** Whether a text has a digit that stands for something. */
export const hasNumber = (text: string) => /\d/.test(text)

/** "pushed (spend)". */
export function sourceWords(source = ''): string {
  const [via = '', name = ''] = source.split(':', 2)
  const where = name ? ` (${name})` : ''
  return via === 'hub' ? `pushed${where}` : via === 'rest' ? `read${where}` : source || 'unknown'
}
