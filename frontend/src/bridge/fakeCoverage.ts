import { HUBS, MINUTE, SECOND } from './fakeTables'
import type { World } from './fakeWorld'
import type { Live } from './types'

/** Every topic of a gateway: how it is seen, by which sources, how often it is read, and why. */
const TOPICS: readonly (readonly [
  topic: string,
  way: string,
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

/** What can be seen of both gateways, when it was read, and their lights. */
export function addCoverage(live: Live, now: number, world: World): void {
  for (const [topic, way, sources, every, reason] of TOPICS) {
    put(live, now, 'prod', topic, way, every, sources, reason)
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
    live.sources[id] = {
      id,
      gateway: 'prod',
      source: `rest:${list}`,
      outcome: 'good',
      since: now - 40 * MINUTE,
      cause: '',
      askedAt: now - 8 * SECOND,
      answeredAt: now - 8 * SECOND,
      beforeAt: now - (8 + every) * SECOND,
      everyMs: every * SECOND,
      staleMs: Math.max(90, 3 * every) * SECOND,
      latencyMs: 12,
    }
  }
  const ill = world === 'busy'
  light(
    live,
    now,
    'prod',
    'core',
    ill ? 'degraded' : 'healthy',
    ill ? 'New connections hang while Redis does not answer.' : '',
    ill ? 'redis' : '',
  )
  light(live, now, 'prod', 'admin', 'healthy', '', '')
  light(live, now, 'prod', 'database', 'healthy', '', '')
  light(
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
  light(live, now, 'prod', 'event bus', 'healthy', '', '')
  for (const part of ['core', 'redis', 'event bus']) light(live, now, 'staging', part, 'healthy', '', '')
  for (const part of ['admin', 'database']) light(live, now, 'staging', part, 'unknown', NO_MASTER, '')
}

function put(
  live: Live,
  now: number,
  gateway: string,
  topic: string,
  way: string,
  every: number,
  sources: string[],
  reason: string,
): void {
  const id = `${gateway}/${topic}`
  live.coverage[id] = {
    id,
    gateway,
    topic,
    way,
    everyMs: every * SECOND,
    sources,
    reason,
    since: now - 40 * MINUTE,
  }
}

function light(
  live: Live,
  now: number,
  gateway: string,
  part: string,
  health: string,
  reason: string,
  because: string,
): void {
  const id = `${gateway}/${part}`
  const since = now - (health === 'healthy' || health === 'unknown' ? 180 : 6) * MINUTE
  live.parts[id] = {
    id,
    gateway,
    part,
    health,
    reason,
    because,
    since,
    seenAt: health === 'unknown' ? 0 : now - 12 * SECOND,
  }
}
