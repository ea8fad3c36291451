import { addAlerts, addChanges, addFlow, addTasks } from './fakeActivity'
import { addDeliveries } from './fakeDeliveries'
import { addForecasts, fakePeriod } from './fakeForecasts'
import { addOutage, addStorm } from './fakeStorm'
import { HOUR, HUBS, KEYS, MINUTE, MODELS, OPENAI_MODELS, PROVIDERS, SECOND } from './fakeTables'
import { aGateway, aKey, aLink, aNav, anOutlook, aProvider, usd } from './fixtures'
import { emptyLive, type Live, type Outlook } from './types'

/** The states that `?fake=…` can show. */
export const WORLDS = [
  'busy',
  'calm',
  'storm',
  'outage',
  'empty',
  'offline',
  'auth',
  'reconnecting',
  'learning',
  'stale',
  'loading',
] as const
export type World = (typeof WORLDS)[number]

/** A gateway's day as a live state, as of now. */
export function worldOf(world: World, now: number): Live {
  const live = emptyLive()
  if (world === 'empty' || world === 'loading') return live
  addGateways(live, now)
  addLinks(live, now)
  addDeliveries(live, now, world === 'busy')
  addKeys(live, now, world)
  addProviders(live, now, world)
  addFlow(live, now)
  addChanges(live, now)
  addTasks(live, now)
  if (world === 'busy' || world === 'stale' || world === 'storm') addAlerts(live, now)
  if (world === 'storm') addStorm(live, now)
  if (world === 'outage') addOutage(live, now)
  if (world === 'offline') goOffline(live, now)
  if (world === 'auth') refuseKey(live, now)
  if (world === 'reconnecting') loseHubs(live, now)
  addForecasts(live, now, world === 'learning')
  addOutlooks(live, world, now)
  return live
}

/** What Go would conclude of each world. */
const OUTLOOKS: Partial<Record<World, Partial<Outlook>>> = {
  offline: {
    condition: 'stale',
    head: 'You are offline.',
    rest: 'What is shown is what was last known. Alerts resume when the network is back.',
  },
  auth: { condition: 'critical', head: 'prod needs you.', rest: 'The gateway refused the key (401).' },
  reconnecting: {
    condition: 'unsure',
    head: 'Nothing needs you, as far as can be seen.',
    rest: 'Prod: hub spend is not connected.',
    unknown: ['prod: hub spend is not connected'],
  },
  busy: { condition: 'critical', head: '5 things need you.', rest: 'OpenAI is unhealthy' },
  stale: { condition: 'critical', head: '5 things need you.', rest: 'OpenAI is unhealthy' },
  storm: { condition: 'critical', head: '8 things need you.', rest: 'OpenAI is unhealthy' },
  outage: {
    condition: 'critical',
    head: 'prod does not answer.',
    rest: 'Since 6 min (timeout). Your network is fine.',
  },
}

function addOutlooks(live: Live, world: World, now: number): void {
  const calm = { rest: '9 providers healthy, tightest budget 41 %.', lastEventAt: now - 3 * SECOND }
  const outlook = OUTLOOKS[world] ?? calm
  for (const id of ['', 'prod', 'staging'])
    live.outlooks[id] = anOutlook({ ...outlook, id, hubs: hubsOf(live, id) })
}

/** How many hubs of a scope there are, and how many are connected. */
function hubsOf(live: Live, scope: string): { offered: number; connected: number; partly: number } {
  const links = Object.values(live.links).filter(
    (link) => link.hub !== 'rest' && link.hub !== 'gateway' && (scope === '' || link.gateway === scope),
  )
  const connected = links.filter((link) => link.state === 'connected').length
  return { offered: links.length, connected, partly: 0 }
}

function addGateways(live: Live, now: number): void {
  live.gateways.prod = aGateway({
    id: 'prod',
    production: true,
    colour: 'blue',
    lastEventAt: now - 3 * SECOND,
    burnPerHour: usd(10.92),
    today: usd(123.1),
    calls: 1412,
    uncharged: 212,
    hourRequests: 1530,
    hourFailed: 41,
    auditAt: now - 20 * SECOND,
  })
  live.gateways.staging = aGateway({
    id: 'staging',
    colour: 'violet',
    lastEventAt: now - 41 * SECOND,
    burnPerHour: usd(0.36),
    today: usd(4.22),
  })
  for (const [id, base] of [
    ['prod', 0.18],
    ['staging', 0.006],
  ] as const) {
    const perMinute = Array.from({ length: 60 }, (_, i) => {
      const wave = 1 + 0.35 * Math.sin(i / 6) + 0.2 * Math.sin(i / 1.7) + (i > 44 && i < 50 ? 1.1 : 0)
      return usd(base * Math.max(0.1, wave))
    })
    live.burn[id] = { id, endsAt: Math.ceil(now / MINUTE) * MINUTE, perMinute, undated: [] }
  }
  const counts = { model_mapping: 41, provider: 9, virtual_key: KEYS.length }
  for (const [entity, count] of Object.entries(counts)) {
    const nav = aNav({ gateway: 'prod', entity, count, updated: 2, created: 1, lastSync: now - 12 * SECOND })
    live.nav[nav.id] = nav
  }
}

function addLinks(live: Live, now: number): void {
  for (const gateway of ['prod', 'staging']) {
    HUBS.forEach(([hub, plane], i) => {
      const link = aLink({
        gateway,
        hub,
        plane,
        since: now - 3 * HOUR - i * MINUTE,
        connectedAt: now - 3 * HOUR - i * MINUTE,
        lastEventAt: now - (3 + i * 47) * SECOND,
        lastReceived: now - (1 + i) * SECOND,
        events: Math.round(18_432 / (i + 1)),
        bytes: Math.round(5_200_000 / (i + 1)),
        unrecognised: i === 6 ? 3 : 0,
        connects: i === 2 ? 3 : 1,
        resyncs: i === 2 ? 2 : 0,
        roundTripMs: 21 + i * 3.2,
        transport: i === 4 ? 'ServerSentEvents' : 'WebSockets',
      })
      live.links[link.id] = link
    })
  }
}

function addKeys(live: Live, now: number, world: World): void {
  KEYS.forEach(([name, total, limit, hourly, trend, lastModel], i) => {
    const calm = world === 'calm' || world === 'learning'
    const key = aKey({
      gateway: 'prod',
      key: String(i + 1),
      name,
      group: i < 3 ? '1' : '2',
      total: usd(calm ? Math.min(total, limit > 0 ? limit * 0.41 : total) : total),
      limit: limit > 0 ? usd(limit) : { status: 'none' },
      rate15m: world === 'learning' ? { status: 'unknown' } : usd(hourly * 1.1),
      lastHour: usd(hourly),
      lastDay: world === 'learning' ? { status: 'unknown' } : usd(hourly * 0.8),
      trend: world === 'learning' ? 'unknown' : trend,
      lastModel,
      lastAmount: usd(0.0042 * (i + 1)),
      requests: 1280 - i * 61,
      observedTotal: usd(total / 9),
      updatedAt: now - (2 + i * i) * SECOND,
      status: name === 'qa-sandbox' ? 'disabled' : 'enabled',
      trust: calm ? '' : i === 1 ? 'verified' : i === 2 ? 'contradicted' : '',
      reportedRatio: i === 2 && !calm ? 0.96 : -1,
      reportedLevel: (i === 1 || i === 2) && !calm ? 'critical' : '',
      expires: name === 'partner-acme' ? now + 40 * 24 * HOUR : 0,
      source: i % 4 === 3 ? 'rest:keys' : 'hub:spend',
      ...fakePeriod(now),
    })
    live.keys[key.id] = key
  })
  const other = aKey({
    gateway: 'staging',
    key: '1',
    name: 'ci',
    total: usd(31.2),
    limit: usd(80),
    lastHour: usd(0.36),
    trend: 'stable',
    lastModel: 'gpt-4o-mini',
    updatedAt: now - 41 * SECOND,
  })
  live.keys[other.id] = other
}

/** What OpenAI is asked for, by the gateway's mappings. */
const served = {
  served: OPENAI_MODELS.length,
  withoutFallback: OPENAI_MODELS.filter(([, fallback]) => !fallback).length,
  aliases: OPENAI_MODELS.map(([model]) => model),
}

function addProviders(live: Live, now: number, world: World): void {
  PROVIDERS.forEach(([name, health, latency, error, hour, models], i) => {
    const well = world === 'calm' || world === 'learning'
    const provider = aProvider({
      gateway: 'prod',
      provider: String(i + 1),
      name,
      health: well ? 'healthy' : health,
      latencyMs: latency,
      error: well ? '' : error,
      healthTimeline: well ? 'h'.repeat(60) : hour,
      since: now - (health === 'unhealthy' ? 8 : health === 'degraded' ? 7 : 320) * MINUTE,
      updatedAt: now - (4 + i * 6) * SECOND,
      changes: i === 0 ? 5 : i === 3 ? 2 : 0,
      models: Array.from(
        { length: models },
        (_, m) => MODELS[m] ?? `${name.toLowerCase().replace(/ /g, '-')}-model-${m + 1}`,
      ),
      newModels: i === 2 ? ['gemini-3-flash-preview', 'veo-3.1'] : [],
      discoveredAt: now - 26 * MINUTE,
      ...(name === 'OpenAI' ? served : {}),
    })
    live.providers[provider.id] = provider
  })
  live.discoveries['9001'] = {
    id: '9001',
    gateway: 'prod',
    provider: '3',
    name: 'Google Gemini',
    models: ['gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-3-flash-preview', 'veo-3.1'],
    new: ['gemini-3-flash-preview', 'veo-3.1'],
    source: 'rest:mappings',
    at: now - 26 * MINUTE,
  }
  live.discoveries['8600'] = {
    id: '8600',
    gateway: 'prod',
    provider: '5',
    name: 'Groq',
    models: MODELS,
    new: ['llama-3.3-70b'],
    source: 'rest:mappings',
    at: now - 5 * HOUR,
  }
}

function goOffline(live: Live, now: number): void {
  live.app.network = {
    id: 'network',
    severity: 'warning',
    title: 'You are offline.',
    text: 'No network interface is up.',
    at: now - 6 * MINUTE,
  }
  loseAll(live, 'prod', now, 'network', 'network is unreachable')
  loseAll(live, 'staging', now, 'network', 'network is unreachable')
}

function refuseKey(live: Live, now: number): void {
  loseAll(live, 'prod', now, 'auth', 'the gateway refused the key (401)')
  for (const link of Object.values(live.links))
    if (link.gateway === 'prod') live.links[link.id] = { ...link, state: 'error', nextAt: 0 }
  live.gateways.prod = aGateway({
    ...(live.gateways.prod ?? { id: 'prod' }),
    core: 'error',
    admin: 'error',
    overall: 'error',
    cause: 'The gateway refused the key (401).',
    nextAt: 0,
  })
  live.app.notifications = {
    id: 'notifications',
    severity: 'warning',
    title: 'No notifications on this desktop',
    text: 'Nothing on the session bus shows notifications, so alerts appear in this window only. Start a notification service, such as dunst.',
    at: now - HOUR,
  }
}

function loseAll(live: Live, gateway: string, now: number, sort: string, cause: string): void {
  for (const link of Object.values(live.links)) {
    if (link.gateway !== gateway) continue
    live.links[link.id] = {
      ...link,
      state: 'reconnecting',
      class: sort,
      cause,
      attempt: 7,
      since: now - 6 * MINUTE,
      lostAt: now - 6 * MINUTE,
      nextAt: now + 8 * SECOND,
      transport: '',
    }
  }
  const before = live.gateways[gateway]
  if (before)
    live.gateways[gateway] = {
      ...before,
      core: 'reconnecting',
      admin: 'reconnecting',
      overall: 'reconnecting',
      cause,
      nextAt: now + 8 * SECOND,
      lastEventAt: now - 6 * MINUTE,
    }
}

function loseHubs(live: Live, now: number): void {
  const link = live.links['prod/core/spend']
  if (link)
    live.links[link.id] = {
      ...link,
      state: 'reconnecting',
      class: 'server_closed',
      cause: 'the server closed the connection',
      attempt: 3,
      since: now - 70 * SECOND,
      lostAt: now - 70 * SECOND,
      nextAt: now + 8 * SECOND,
      transport: '',
    }
  const prod = live.gateways.prod
  if (prod)
    live.gateways.prod = {
      ...prod,
      core: 'reconnecting',
      overall: 'partial',
      cause: 'Hub spend: the server closed the connection',
      nextAt: now + 8 * SECOND,
    }
}
