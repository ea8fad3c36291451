import { HUBS, MINUTE, SECOND } from './fakeTables'
import type { Live } from './types'

/** Every topic of a gateway: how it is seen, by which sources, how often it is read, and why. */
const TOPICS: readonly (readonly [
  topic: string,
  delivery: string,
  sources: string[],
  every: number,
  reason: string,
])[] = [
  [
    'spend',
    'pushed',
    ['hub:spend', 'rest:logs'],
    10,
    'Batches and tasks are pushed. Chats are read from the request log; streamed ones are not in it.',
  ],
  [
    'keys',
    'polled',
    ['rest:keys'],
    60,
    'This gateway does not push changes of virtual keys; checked every 60 s.',
  ],
  [
    'groups',
    'polled',
    ['rest:groups'],
    30,
    'This gateway does not push balances of key groups; checked every 30 s.',
  ],
  [
    'providers',
    'polled',
    ['rest:providers'],
    30,
    'This gateway does not push provider changes; checked every 30 s.',
  ],
  [
    'health',
    'polled',
    ['rest:providers'],
    30,
    'This gateway does not push provider health; checked every 30 s. It is concluded from failures and served requests.',
  ],
  [
    'errors',
    'polled',
    ['rest:failures'],
    30,
    'This gateway does not push failures of providers; checked every 30 s.',
  ],
  ['mappings', 'pushed', ['hub:notifications', 'rest:mappings'], 60, 'What was changed in it is read.'],
  [
    'discovery',
    'polled',
    ['rest:mappings'],
    60,
    'This gateway does not push new models; checked every 60 s. New models are those of new mappings.',
  ],
  [
    'tasks',
    'pushed',
    ['hub:tasks'],
    0,
    'Batches are told by themselves; of images and videos only the tasks that are watched.',
  ],
  [
    'settings',
    'polled',
    ['rest:settings'],
    120,
    'This gateway does not push changes of settings; checked every 120 s.',
  ],
]

/** Staging has a virtual key only: what needs the Admin API cannot be seen there. */
const NO_MASTER = 'No master key: the Admin API is not asked.'

/** How both gateways' topics are delivered, when they were polled, and their health checks; ill: Redis does not answer. */
export function addDeliveries(live: Live, now: number, ill: boolean): void {
  for (const [topic, delivery, sources, every, reason] of TOPICS) {
    put(live, now, 'prod', topic, delivery, every, sources, reason)
    const pushed = sources.filter((source) => source.startsWith('hub:'))
    put(
      live,
      now,
      'staging',
      topic,
      pushed.length > 0 ? 'pushed' : 'forbidden',
      0,
      pushed,
      `${NO_MASTER} ${reason.split(';')[0]}.`,
    )
  }
  for (const [hub] of HUBS) {
    put(live, now, 'prod', `hub:${hub}`, 'pushed', 0, [`hub:${hub}`], '')
    put(live, now, 'staging', `hub:${hub}`, 'pushed', 0, [`hub:${hub}`], '')
  }
  for (const [list, every] of [
    ['logs', 10],
    ['keys', 60],
    ['groups', 30],
    ['providers', 30],
    ['failures', 30],
    ['mappings', 60],
    ['settings', 120],
  ] as const) {
    const id = `prod/rest:${list}`
    live.pollTargets[id] = {
      id,
      gateway: 'prod',
      source: `rest:${list}`,
      outcome: 'good',
      since: now - 40 * MINUTE,
      cause: '',
      polledAt: now - 8 * SECOND,
      succeededAt: now - 8 * SECOND,
      times: 1,
      previousSuccessAt: now - (8 + every) * SECOND,
      intervalMs: every * SECOND,
      staleAfterMs: Math.max(90, 3 * every) * SECOND,
      latencyMs: 12,
    }
  }
  addComponent(
    live,
    now,
    'prod',
    'core',
    ill ? 'degraded' : 'healthy',
    ill ? 'New connections hang while Redis does not answer.' : '',
    ill ? 'redis' : '',
  )
  addComponent(live, now, 'prod', 'admin', 'healthy', '', '')
  addComponent(live, now, 'prod', 'database', 'healthy', '', '')
  addComponent(
    live,
    now,
    'prod',
    'redis',
    ill ? 'unhealthy' : 'healthy',
    ill
      ? 'New connections hang though Core answers; the list of failures is not answered though others are.'
      : '',
    '',
  )
  addComponent(live, now, 'prod', 'event bus', 'healthy', '', '')
  for (const component of ['core', 'redis', 'event bus'])
    addComponent(live, now, 'staging', component, 'healthy', '', '')
  for (const component of ['admin', 'database'])
    addComponent(live, now, 'staging', component, 'unknown', NO_MASTER, '')
}

function put(
  live: Live,
  now: number,
  gateway: string,
  topic: string,
  delivery: string,
  every: number,
  sources: string[],
  reason: string,
): void {
  const id = `${gateway}/${topic}`
  live.deliveries[id] = {
    id,
    gateway,
    topic,
    delivery,
    intervalMs: every * SECOND,
    sources,
    reason,
    partly: false,
    since: now - 40 * MINUTE,
  }
}

function addComponent(
  live: Live,
  now: number,
  gateway: string,
  component: string,
  health: string,
  reason: string,
  causedBy: string,
): void {
  const id = `${gateway}/${component}`
  const since = now - (health === 'healthy' || health === 'unknown' ? 180 : 6) * MINUTE
  live.components[id] = {
    id,
    gateway,
    component,
    health,
    reason,
    causedBy,
    since,
    began: health !== 'healthy',
    observedAt: health === 'unknown' ? 0 : now - 12 * SECOND,
  }
}
