import type { AlertLine, Live } from '../../bridge/types'
import type { Page } from '../../lib/route'
import { GROUP } from '../spend'

/** The page with the thing that an alert is about, and what to open on it; null where there is none. */
export function thingOf(alert: {
  gateway: string
  entityKind: string
  entity: string
}): { page: Page; open: string } | null {
  const id = `${alert.gateway}/${alert.entity}`
  switch (alert.entityKind) {
    case 'key':
      return { page: 'spend', open: id }
    case 'group':
      return { page: 'spend', open: GROUP + id }
    case 'provider':
      return { page: 'providers', open: id }
    case 'task':
      return { page: 'tasks', open: id }
    default:
      return null
  }
}

const NOUNS: Record<string, string> = {
  virtual_key: 'virtual key',
  key: 'virtual key',
  key_group: 'group',
  model_mapping: 'mapping',
  model_cost: 'price',
  provider_credential: 'credential',
}

/** What an alert is about in words: what it is, and what it is called wherever else it stands. */
export function aboutOf(live: Live, alert: AlertLine): { noun: string; name: string } {
  const { gateway, entityKind: kind, entity } = alert
  const id = `${gateway}/${entity}`
  const changed = () =>
    Object.values(live.changes).find(
      (one) => one.gateway === gateway && one.entity === kind && one.subject === entity,
    )
  const name = (() => {
    switch (kind) {
      case 'key':
      case 'virtual_key':
        return live.keys[id]?.name
      case 'group':
      case 'key_group':
        return live.groups[id]?.name
      case 'provider':
        return live.providers[id]?.name
      case 'gateway':
        return live.gateways[entity]?.label
      default:
        return changed()?.name
    }
  })()
  return { noun: NOUNS[kind] ?? kind, name: name || entity }
}
