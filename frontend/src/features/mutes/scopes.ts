import type { Live, MuteScope } from '../../bridge/types'

/** What nothing is left out of. */
export const EVERYTHING: MuteScope = { alert: '', gateway: '', category: '', entity: '', kind: '' }

export const CATEGORIES: readonly [string, string][] = [
  ['spend', 'Spend and budgets'],
  ['provider', 'Providers'],
  ['task', 'Tasks'],
  ['connection', 'Connections'],
  ['change', 'Changes'],
]

/** A scope as one word, for lists of choices. */
export const wordOf = (scope: MuteScope): string =>
  JSON.stringify([scope.alert, scope.gateway, scope.category, scope.entity, scope.kind])

export function scopeOf(word: string): MuteScope {
  const [alert = '', gateway = '', category = '', entity = '', kind = ''] = JSON.parse(word) as string[]
  return { alert, gateway, category, entity, kind }
}

/** What a scope is called for people. */
export function scopeTitle(live: Live, scope: MuteScope): string {
  const { alert, gateway, category, entity, kind } = scope
  if (alert) return live.alerts[alert]?.title ?? 'an alert that is over'
  if (entity) {
    const thing = { provider: live.providers, group: live.groups, key: live.keys }[kind]?.[entity]
    return thing ? thing.name || entity : entity
  }
  const words = [
    CATEGORIES.find(([name]) => name === category)?.[1] ?? category,
    gateway ? (live.gateways[gateway]?.label ?? gateway) : '',
  ].filter(Boolean)
  return words.length > 0 ? words.join(' of ') : 'Everything'
}

/** The time so many minutes from now. */
export const inMinutes = (minutes: number) => Date.now() + minutes * 60_000

/** Nine o'clock tomorrow. */
export function tomorrowMorning(now: Date): number {
  const morning = new Date(now)
  morning.setDate(morning.getDate() + 1)
  morning.setHours(9, 0, 0, 0)
  return morning.getTime()
}

/** For how long something is muted, and the time at which that ends; 0 with the alert itself. */
export const HOW_LONG = [
  ['15 min', () => inMinutes(15)],
  ['1 hour', () => inMinutes(60)],
  ['Until tomorrow 09:00', () => tomorrowMorning(new Date())],
  ['Until it is resolved', () => 0],
] as const
