import type { Forecast, Live } from '../../bridge/types'
import { clock } from '../../lib/format'

/** Names the forecast of a key or a group by its id in Live, as Go does. */
export function forecastId(kind: 'key' | 'group', id: string): string {
  return `${kind}:${id}`
}

/** Until when a budget lasts, in a word or two; '' where nothing is said of it. */
export function lastsUntil(forecast: Forecast | undefined): string {
  switch (forecast?.outcome) {
    case 'forecast':
      return clock(forecast.likely)
    case 'on_pace':
      return 'on pace'
    case 'too_irregular':
      return 'irregular'
    case 'too_little_data':
      return 'too early'
    case 'reached':
      return 'used up'
    case 'not_within_a_year':
      return 'over a year'
    default:
      return ''
  }
}

/** How much of a key's budget period is over, 0–1; negative where its beginning or its end is not known. */
export function periodOver(key: { periodId: string; periodEnd: number }, now: number): number {
  const began = Date.parse(key.periodId.startsWith('period:') ? key.periodId.slice('period:'.length) : '')
  if (Number.isNaN(began) || key.periodEnd <= began) return -1
  return Math.min(Math.max((now - began) / (key.periodEnd - began), 0), 1)
}

/** The forecast that counts for a key: its own, or that of the group whose balance pays for it. */
export function forecastFor(live: Live, keyId: string, groupId: string | undefined): Forecast | undefined {
  return live.forecasts[groupId ? forecastId('group', groupId) : forecastId('key', keyId)]
}
