import type { Live, TopicDelivery } from '../../bridge/types'
import { ago } from '../../lib/format'
import type { Condition } from '../../ui/Shape'

/** The topics in the order of the matrix, with their names. */
export const TOPICS: readonly (readonly [topic: string, name: string])[] = [
  ['spend', 'Spend'],
  ['keys', 'Virtual keys'],
  ['groups', 'Key groups'],
  ['providers', 'Providers'],
  ['health', 'Provider health'],
  ['errors', 'Provider failures'],
  ['mappings', 'Model mappings'],
  ['discovery', 'New models'],
  ['tasks', 'Tasks'],
  ['settings', 'Settings'],
  ['notifications', 'Notifications'],
  ['audit', 'Billing audit'],
  ['webhooks', 'Webhooks'],
  ['gateway', 'Its own parts'],
]

/** A topic's name; a hub's is "Hub spend". */
export function topicName(topic: string): string {
  if (topic.startsWith('hub:')) return `Hub ${topic.slice(4)}`
  return TOPICS.find(([id]) => id === topic)?.[1] ?? topic
}

/** A hub that stands, but on which the gateway only answers: it is no more missing than its row above says. */
export const onlyAnswers = (live: Live, of: TopicDelivery): boolean =>
  of.delivery === 'none' &&
  of.topic.startsWith('hub:') &&
  Object.values(live.links).some(
    (link) => link.gateway === of.gateway && `hub:${link.hub}` === of.topic && link.state === 'connected',
  )

/** How a topic is seen, in a word or two. */
export function deliveryLabel(of: Pick<TopicDelivery, 'delivery' | 'intervalMs' | 'reason'>): string {
  switch (of.delivery) {
    case 'pushed':
      return 'Pushed'
    case 'polled':
      return of.intervalMs > 0 ? `Every ${Math.round(of.intervalMs / 1000)} s` : 'Read'
    case 'forbidden':
      return 'No permission'
    case 'none':
      return notOffered(of.reason) ? 'Not offered' : 'Not available'
    default:
      return 'Not known'
  }
}

/** Whether it is missing because the gateway has no such hub, and not because it cannot be reached. */
const notOffered = (reason: string) => NO_SUCH_HUB.test(reason)

/** How Go begins the reason of a hub that a gateway does not have. */
const NO_SUCH_HUB = /^(This|The) gateway has no such hub/

/** How a topic is seen, as a shape. */
export function deliveryShape(delivery: string): Condition {
  switch (delivery) {
    case 'pushed':
      return 'ok'
    case 'polled':
      return 'busy'
    case 'forbidden':
      return 'warning'
    default:
      return 'offline'
  }
}

/** The parts of a gateway in the order of their lights, with their names. */
export const COMPONENTS: readonly (readonly [component: string, name: string])[] = [
  ['core', 'Core'],
  ['admin', 'Admin'],
  ['database', 'Database'],
  ['redis', 'Redis'],
  ['event bus', 'Event bus'],
]

/** A part's health in a word. */
export function componentLabel(health: string): string {
  switch (health) {
    case 'healthy':
      return 'Works'
    case 'degraded':
      return 'Impaired'
    case 'unhealthy':
      return 'Down'
    default:
      return 'Not known'
  }
}

/** A part's health as a shape. */
export function componentShape(health: string): Condition {
  switch (health) {
    case 'healthy':
      return 'ok'
    case 'degraded':
      return 'warning'
    case 'unhealthy':
      return 'critical'
    default:
      return 'stale'
  }
}

/** What the sources of a topic brought last: "spend hub 3 s ago, read 8 s ago". */
export function lastHeard(live: Live, of: TopicDelivery, now: number): string {
  return of.sources
    .map((source) => {
      const [via, name = ''] = source.split(':', 2)
      if (via === 'hub') {
        const heard = Object.values(live.links)
          .filter((link) => link.gateway === of.gateway && link.hub === name)
          .map((link) => link.lastEventAt)
        const at = Math.max(0, ...heard)
        return `hub ${name}: ${at > 0 ? `last event ${ago(now - at)}` : 'no event yet'}`
      }
      const at = live.pollTargets[`${of.gateway}/${source}`]?.succeededAt ?? 0
      return `list ${name}: ${at > 0 ? `read ${ago(now - at)}` : 'not read yet'}`
    })
    .join(', ')
}
