/** The times that events can be narrowed to. */
export type Range = 'ever' | 'hour' | 'day' | 'week' | 'dates'

const HOUR = 3_600_000

/** What each is called, and how far back it goes, ms; 0 for no bound of its own. */
export const RANGES: Record<Range, { name: string; back: number }> = {
  ever: { name: 'All', back: 0 },
  hour: { name: '1 h', back: HOUR },
  day: { name: '24 h', back: 24 * HOUR },
  week: { name: '7 days', back: 7 * 24 * HOUR },
  dates: { name: 'Dates', back: 0 },
}

/** Everything that a list of events is narrowed by, as it is saved and named in addresses. */
export type Search = { text: string; range: Range; from: string; to: string }

export const NO_SEARCH: Search = { text: '', range: 'ever', from: '', to: '' }

/** A local moment such as "2026-11-29T14:05", Unix ms; 0 for none. */
export function momentOf(local: string): number {
  const at = local === '' ? Number.NaN : new Date(local).getTime()
  return Number.isNaN(at) ? 0 : at
}

/** The inverse of momentOf, to the minute. */
export function localOf(at: number): string {
  if (at <= 0) return ''
  const time = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}T${two(time.getHours())}:${two(time.getMinutes())}`
}

/** Reads what an address opens: "text|from|to", times in Unix ms, or a text alone. */
export function searchFrom(open: string): Search {
  const [text = '', from = '', to = ''] = open.split('|')
  const [begins, ends] = [Number(from) || 0, Number(to) || 0]
  if (begins === 0 && ends === 0) return { ...NO_SEARCH, text }
  return { text, range: 'dates', from: localOf(begins), to: localOf(ends > 0 ? ends + 59_999 : 0) }
}

/** A search as it is kept, and back; what cannot be read is none. */
export const keep = (search: Search): string => JSON.stringify(search)

export function kept(text: string): Search {
  try {
    const read = JSON.parse(text) as Partial<Search>
    const range = read.range && Object.hasOwn(RANGES, read.range) ? read.range : 'ever'
    return { text: String(read.text ?? ''), range, from: String(read.from ?? ''), to: String(read.to ?? '') }
  } catch {
    return NO_SEARCH
  }
}
