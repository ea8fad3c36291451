import type { Change, Live } from '../../bridge/types'
import { words } from '../../lib/format'

/** "Model mapping updated: priority, isEnabled". */
export function changeWords(change: Change): string {
  const what = change.entity === 'configuration' ? 'Setting' : words(change.entity)
  const details = change.details.length > 0 ? `: ${change.details.slice(0, 4).join(', ')}` : ''
  return `${what} ${change.action}${details}`
}

/** What something that was changed is called: by this change, by what is there now, or by another change of it. */
export function nameOfChanged(live: Live, change: Change): string {
  const { name, subject, entity, gateway } = change
  if (name !== '' && name !== subject) return name
  const things = { virtual_key: live.keys, provider: live.providers }[entity]
  const now = things?.[`${gateway}/${subject}`]?.name
  if (now) return now
  const other = Object.values(live.changes)
    .filter((one) => one.gateway === gateway && one.entity === entity && one.subject === subject)
    .filter((one) => one.name !== '' && one.name !== subject)
    .sort((a, b) => b.at - a.at)[0]
  return other?.name ?? (name || subject)
}

/** What the only detail of a change says that a field is now, such as "IsEnabled: False"; null if it says another thing. */
export function toldValue(change: Change): { field: string; value: string } | null {
  const [detail = '', ...more] = change.details
  if (change.old !== '' || change.new !== '' || more.length > 0) return null
  const [, field, value] = /^([A-Z]\w*): (\S.*)$/.exec(detail) ?? []
  if (!field || !value) return null
  return { field, value: /^(true|false)$/i.test(value) ? value.toLowerCase() : value }
}
