/** The times that a list of incidents can be narrowed to. */
export type Span = 'day' | 'week' | 'month' | 'ever' | 'dates'

/** What each is called, and how many days back it goes; 0 for no bound of its own. */
export const SPANS: Record<Span, { name: string; days: number }> = {
  day: { name: '24 h', days: 1 },
  week: { name: '7 days', days: 7 },
  month: { name: '30 days', days: 30 },
  ever: { name: 'All', days: 0 },
  dates: { name: 'Dates', days: 0 },
}

/** The beginning of a local day such as "2026-11-29", Unix ms, some days later; 0 for none. */
export function dayOf(date: string, later = 0): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date) ?? []
  if (!year) return 0
  return new Date(Number(year), Number(month) - 1, Number(day) + later).getTime()
}
