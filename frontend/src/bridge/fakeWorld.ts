import {
  aChange,
  aGateway,
  aKey,
  aLink,
  aNav,
  anAlert,
  anEvent,
  aProvider,
  aTask,
  aTransaction,
  usd,
} from './things'
import { emptyLive, type Live } from './types'

/** The states that `?fake=…` can show. */
export const WORLDS = [
  'busy',
  'calm',
  'empty',
  'offline',
  'auth',
  'reconnecting',
  'learning',
  'stale',
  'loading',
] as const
export type World = (typeof WORLDS)[number]

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const KEYS: readonly [
  name: string,
  total: number,
  limit: number,
  rate: number,
  trend: string,
  model: string,
][] = [
  ['team-billing', 411.83, 500, 1.12, 'up', 'gpt-4o'],
  ['agents-prod', 962.4, 1000, 3.86, 'up', 'claude-sonnet-4-5'],
  ['crawler', 187.2, 250, 0.41, 'stable', 'gpt-4o-mini'],
  ['support-bot', 121.07, 300, 0.22, 'down', 'claude-haiku-4-5'],
  ['search-rerank', 38.91, 150, 0.09, 'stable', 'rerank-v3.5'],
  ['studio', 642.5, 1500, 2.4, 'up', 'veo-3'],
  ['batch-nightly', 80.16, 200, 0, 'stable', 'gemini-2.5-flash'],
  ['internal-tools', 12.44, 100, 0.03, 'stable', 'mistral-large'],
  ['data-labelling', 204.8, 400, 0.66, 'up', 'gpt-4o-mini'],
  ['voice-desk', 55.02, 120, 0.31, 'down', 'eleven-turbo-v2'],
  ['docs-embedder', 4.18, 50, 0.004, 'stable', 'text-embedding-3-small'],
  ['qa-sandbox', 0.92, 0, 0.01, 'unknown', 'gpt-4o-mini'],
  ['partner-acme', 310.77, 900, 0.52, 'stable', 'claude-sonnet-4-5'],
  ['mobile-app', 266.3, 600, 0.74, 'down', 'gemini-2.5-flash'],
  ['research', 148.65, 0, 0.35, 'up', 'o4-mini'],
  ['translation', 71.39, 180, 0.12, 'stable', 'gemini-2.5-pro'],
]

const PROVIDERS: readonly [
  name: string,
  health: string,
  latency: number,
  error: string,
  hour: string,
  models: number,
][] = [
  [
    'OpenAI',
    'unhealthy',
    8412,
    '503 from upstream: the server is overloaded',
    `${'h'.repeat(46)}ddduuduuuuuuuu`,
    41,
  ],
  ['Anthropic', 'healthy', 612, '', 'h'.repeat(60), 9],
  ['Google Gemini', 'healthy', 488, '', `${'h'.repeat(22)}dd${'h'.repeat(36)}`, 17],
  ['Mistral', 'degraded', 2310, 'p95 latency above 2 s for 6 min', `${'h'.repeat(53)}ddddddd`, 12],
  ['Groq', 'healthy', 142, '', 'h'.repeat(60), 14],
  ['Azure OpenAI', 'healthy', 731, '', `${'h'.repeat(60)}`, 23],
  ['Amazon Bedrock', 'healthy', 893, '', `${'h'.repeat(31)}d${'h'.repeat(28)}`, 38],
  ['MiniMax', 'healthy', 1480, '', `${'.'.repeat(18)}${'h'.repeat(42)}`, 6],
  ['ElevenLabs', 'disabled', -1, '', `${'h'.repeat(35)}${'x'.repeat(25)}`, 5],
]

const HUBS: readonly [hub: string, plane: string][] = [
  ['spend', 'core'],
  ['tasks', 'core'],
  ['video-generation', 'core'],
  ['image-generation', 'core'],
  ['system-notifications', 'core'],
  ['navigation-state', 'admin'],
  ['admin-notifications', 'admin'],
]

const MODELS = [
  'gpt-4o',
  'gpt-4o-mini',
  'claude-sonnet-4-5',
  'gemini-2.5-flash',
  'mistral-large',
  'llama-3.3-70b',
]

/** A gateway's day as a live state, as of now. */
export function worldOf(world: World, now: number): Live {
  const live = emptyLive()
  if (world === 'empty' || world === 'loading') return live
  addGateways(live, now)
  addLinks(live, now)
  addKeys(live, now, world)
  addProviders(live, now, world)
  addFlow(live, now)
  addChanges(live, now)
  addTasks(live, now)
  if (world === 'busy' || world === 'stale') addAlerts(live, now)
  if (world === 'offline') goOffline(live, now)
  if (world === 'auth') refuseKey(live, now)
  if (world === 'reconnecting') loseHubs(live, now)
  return live
}

function addGateways(live: Live, now: number): void {
  live.gateways.prod = aGateway({
    id: 'prod',
    production: true,
    colour: 'blue',
    lastEventAt: now - 3 * SECOND,
    burnPerHour: usd(10.92),
    today: usd(123.1),
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
    live.burn[id] = { id, endsAt: Math.ceil(now / MINUTE) * MINUTE, perMinute }
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
      limit: usd(limit),
      rate15m: world === 'learning' ? -1 : usd(hourly * 1.1),
      rate1h: usd(hourly),
      rate24h: world === 'learning' ? -1 : usd(hourly * 0.8),
      trend: world === 'learning' ? 'unknown' : trend,
      lastModel,
      lastAmount: usd(0.0042 * (i + 1)),
      requests: 1280 - i * 61,
      seen: usd(total / 9),
      updatedAt: now - (2 + i * i) * SECOND,
      status: name === 'qa-sandbox' ? 'disabled' : 'enabled',
      trust: i === 1 ? 'verified' : i === 2 ? 'contradicted' : '',
      reported: i === 2 ? 0.96 : -1,
      reportedLevel: i === 1 || i === 2 ? 'critical' : '',
      source: i % 4 === 3 ? 'rest:keys' : 'hub:spend',
      epoch: 'period:2026-11-01',
    })
    live.keys[key.id] = key
  })
  const other = aKey({
    gateway: 'staging',
    key: '1',
    name: 'ci',
    total: usd(31.2),
    limit: usd(80),
    rate1h: usd(0.36),
    trend: 'stable',
    lastModel: 'gpt-4o-mini',
    updatedAt: now - 41 * SECOND,
  })
  live.keys[other.id] = other
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
      hour: well ? 'h'.repeat(60) : hour,
      since: now - (health === 'unhealthy' ? 8 : health === 'degraded' ? 7 : 320) * MINUTE,
      updatedAt: now - (4 + i * 6) * SECOND,
      changes: i === 0 ? 5 : i === 3 ? 2 : 0,
      models: Array.from(
        { length: models },
        (_, m) => MODELS[m] ?? `${name.toLowerCase().replace(/ /g, '-')}-model-${m + 1}`,
      ),
      newModels: i === 2 ? ['gemini-3-flash-preview', 'veo-3.1'] : [],
      discoveredAt: now - 26 * MINUTE,
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
    at: now - 26 * MINUTE,
  }
  live.discoveries['8600'] = {
    id: '8600',
    gateway: 'prod',
    provider: '5',
    name: 'Groq',
    models: MODELS,
    new: ['llama-3.3-70b'],
    at: now - 5 * HOUR,
  }
}

function addFlow(live: Live, now: number): void {
  for (let i = 0; i < 60; i++) {
    const key = KEYS[(i * 7) % KEYS.length] ?? KEYS[0]
    const provider = PROVIDERS[(i * 5) % 7]
    if (!key || !provider) continue
    const amount = usd(0.0021 + ((i * 37) % 90) / 700)
    const at = now - i * 9 * SECOND - 3 * SECOND
    live.transactions[String(9400 - i)] = aTransaction({
      id: String(9400 - i),
      gateway: 'prod',
      key: String(KEYS.indexOf(key) + 1),
      keyName: key[0],
      amount,
      total: usd(key[1]) - i * amount,
      model: key[5],
      provider: provider[0],
      at,
    })
    live.events[String(9400 - i)] = anEvent({
      seq: 9400 - i,
      text: `Key ${key[0]} spent $${(amount / 1e9).toFixed(4)} on ${key[5]}`,
      at,
    })
  }
  const notable = [
    anEvent({
      seq: 9341,
      kind: 'provider.health_changed',
      severity: 'critical',
      source: 'hub:admin-notifications',
      text: 'Provider OpenAI is unhealthy: 503 from upstream: the server is overloaded',
      at: now - 8 * MINUTE,
    }),
    anEvent({
      seq: 9380,
      kind: 'spend.limit_reported',
      severity: 'critical',
      text: 'The gateway says key agents-prod used $962.40 of $1,000.00 (96 %)',
      at: now - 3 * MINUTE,
    }),
    anEvent({
      seq: 9388,
      kind: 'unrecognised',
      severity: 'warning',
      source: 'hub:admin-notifications',
      text: 'Hub admin-notifications sent "OnQuotaHint", which cannot be read: unknown target',
      at: now - 100 * SECOND,
    }),
    anEvent({
      seq: 9366,
      kind: 'task.progressed',
      severity: 'warning',
      source: 'hub:video-generation',
      text: 'Video task 7f3a is failed: content filter',
      at: now - 5 * MINUTE,
    }),
    anEvent({
      seq: 9352,
      kind: 'models.discovered',
      source: 'hub:admin-notifications',
      text: 'Google Gemini: gemini-3-flash-preview, veo-3.1 found',
      at: now - 26 * MINUTE,
    }),
  ]
  for (const event of notable) live.events[String(event.seq)] = event
}

function addChanges(live: Live, now: number): void {
  const list = [
    aChange({
      id: '9310',
      gateway: 'prod',
      entity: 'model_mapping',
      action: 'updated',
      subject: '12',
      name: 'gpt-4o → OpenAI',
      details: ['priority', 'isEnabled'],
      old: '{"priority":1}',
      new: '{"priority":2}',
      at: now - 4 * MINUTE,
    }),
    aChange({
      id: '9309',
      gateway: 'prod',
      entity: 'virtual_key',
      action: 'disabled',
      subject: '12',
      name: 'qa-sandbox',
      details: ['isEnabled'],
      at: now - 17 * MINUTE,
    }),
    aChange({
      id: '9306',
      gateway: 'prod',
      entity: 'configuration',
      action: 'updated',
      subject: 'ratelimit/default',
      name: 'ratelimit/default',
      old: '600',
      new: '900',
      at: now - 52 * MINUTE,
    }),
    aChange({
      id: '9298',
      gateway: 'prod',
      entity: 'provider',
      action: 'updated',
      subject: '9',
      name: 'ElevenLabs',
      details: ['isEnabled'],
      old: 'true',
      new: 'false',
      at: now - 25 * MINUTE,
    }),
    aChange({
      id: '9280',
      gateway: 'staging',
      entity: 'virtual_key',
      action: 'created',
      subject: '4',
      name: 'ci',
      at: now - 3 * HOUR,
    }),
    aChange({
      id: '9270',
      gateway: 'prod',
      entity: 'model_mapping',
      action: 'created',
      subject: '41',
      name: 'gemini-3-flash → Google Gemini',
      at: now - 24 * MINUTE,
    }),
    aChange({
      id: '9240',
      gateway: 'prod',
      entity: 'model_mapping',
      action: 'deleted',
      subject: '8',
      name: 'gpt-3.5-turbo → OpenAI',
      at: now - 26 * HOUR,
    }),
  ]
  for (const change of list) live.changes[change.id] = change
}

function addTasks(live: Live, now: number): void {
  const list = [
    aTask({
      gateway: 'prod',
      task: 'v-7f41',
      model: 'veo-3',
      key: 'studio',
      progress: 64,
      remainingMs: 48_000,
      message: 'Rendering frame 154 of 240',
      startedAt: now - 96 * SECOND,
      updatedAt: now - 2 * SECOND,
    }),
    aTask({
      gateway: 'prod',
      task: 'v-7f44',
      model: 'minimax-video-01',
      key: 'studio',
      progress: 12,
      remainingMs: 210_000,
      estimated: true,
      message: 'Encoding prompt',
      startedAt: now - 22 * SECOND,
      updatedAt: now - 4 * SECOND,
    }),
    aTask({
      gateway: 'prod',
      task: 'i-22c0',
      medium: 'image',
      model: 'gpt-image-1',
      key: 'mobile-app',
      status: 'queued',
      startedAt: now - 6 * SECOND,
      updatedAt: now - 6 * SECOND,
      source: 'hub:image-generation',
    }),
    aTask({
      gateway: 'prod',
      task: 'v-7f3a',
      model: 'minimax-video-01',
      key: 'studio',
      status: 'failed',
      progress: 31,
      error: 'content filter',
      startedAt: now - 9 * MINUTE,
      updatedAt: now - 5 * MINUTE,
      finishedAt: now - 5 * MINUTE,
    }),
    aTask({
      gateway: 'prod',
      task: 'i-22be',
      medium: 'image',
      model: 'imagen-4',
      key: 'mobile-app',
      status: 'completed',
      progress: 100,
      resultUrl: 'https://media.example.com/results/i-22be.png',
      startedAt: now - 4 * MINUTE,
      updatedAt: now - 190 * SECOND,
      finishedAt: now - 190 * SECOND,
      source: 'hub:image-generation',
    }),
    aTask({
      gateway: 'prod',
      task: 'v-7f2e',
      model: 'veo-3',
      key: 'studio',
      status: 'completed',
      progress: 100,
      resultUrl: 'https://media.example.com/results/v-7f2e.mp4',
      startedAt: now - 14 * MINUTE,
      updatedAt: now - 8 * MINUTE,
      finishedAt: now - 8 * MINUTE,
    }),
  ]
  for (const task of list) live.tasks[task.id] = task
}

function addAlerts(live: Live, now: number): void {
  const list = [
    anAlert({
      id: 'a1',
      gateway: 'prod',
      rule: 'provider.unhealthy',
      category: 'provider',
      severity: 'critical',
      title: 'OpenAI is unhealthy — prod',
      body: '31 % of 214 requests failed in 5 min. 3 of 6 models have no fallback.',
      entityKind: 'provider',
      entity: '1',
      since: now - 8 * MINUTE,
      updatedAt: now - 20 * SECOND,
      told: 'sent_first',
      toldAt: now - 8 * MINUTE + 10 * SECOND,
      count: 2,
    }),
    anAlert({
      id: 'a2',
      gateway: 'prod',
      severity: 'critical',
      title: 'agents-prod has used 96 % — prod',
      body: '$962.40 of $1,000. About 9–14 h left at the current rate. Requests are blocked at 100 %.',
      entity: '2',
      value: 0.9624,
      since: now - 38 * MINUTE,
      updatedAt: now - 12 * SECOND,
      told: 'sent_first',
      toldAt: now - 38 * MINUTE,
      trust: 'verified',
    }),
    anAlert({
      id: 'a3',
      gateway: 'prod',
      title: 'team-billing has used 82 % — prod',
      body: "$411.83 of $500. At the last hour's rate it lasts about 2–4 days; resets in 7 days.",
      entity: '1',
      value: 0.8236,
      since: now - 3 * HOUR,
      updatedAt: now - 60 * SECOND,
      acked: true,
      ackNote: 'Top-up is on its way',
      told: 'sent_first',
      toldAt: now - 3 * HOUR,
    }),
    anAlert({
      id: 'a4',
      gateway: 'prod',
      rule: 'provider.degraded',
      category: 'provider',
      title: 'Mistral is slow — prod',
      body: 'p95 2.3 s, usually 0.7 s, for 6 min.',
      entityKind: 'provider',
      entity: '4',
      since: now - 7 * MINUTE,
      updatedAt: now - 30 * SECOND,
      told: 'held_quiet',
      flapping: true,
      count: 4,
    }),
    anAlert({
      id: 'a5',
      gateway: 'prod',
      rule: 'task.failed',
      category: 'task',
      title: 'Video failed — key "studio"',
      body: 'minimax video-01: content filter. Cannot be retried. $0.42 spent.',
      entityKind: 'task',
      entity: 'v-7f3a',
      since: now - 5 * MINUTE,
      updatedAt: now - 5 * MINUTE,
      snoozedTo: now + 52 * MINUTE,
      told: 'sent_first',
      toldAt: now - 5 * MINUTE,
    }),
    anAlert({
      id: 'a6',
      gateway: 'prod',
      rule: 'task.failed',
      category: 'task',
      title: '3 image tasks failed — prod',
      body: 'gpt-image-1: upstream 503.',
      entityKind: 'provider',
      entity: '1',
      since: now - 6 * MINUTE,
      updatedAt: now - 4 * MINUTE,
      inhibited: 'OpenAI is unhealthy — prod',
      told: 'held_inhibited',
    }),
    anAlert({
      id: 'a7',
      gateway: 'staging',
      rule: 'hub.down',
      category: 'connection',
      status: 'resolved',
      title: 'Live updates paused on staging (spend)',
      body: 'Was down 2 min.',
      entityKind: 'hub',
      entity: 'spend',
      since: now - 2 * HOUR,
      endedAt: now - 2 * HOUR + 2 * MINUTE,
      updatedAt: now - 2 * HOUR + 2 * MINUTE,
      told: 'held_settling',
    }),
    anAlert({
      id: 'a8',
      gateway: 'prod',
      status: 'resolved',
      title: 'crawler has used 75 % — prod',
      body: 'The limit was raised: now 74 %.',
      entity: '3',
      value: 0.74,
      since: now - 5 * HOUR,
      endedAt: now - 4 * HOUR,
      updatedAt: now - 4 * HOUR,
      told: 'sent_first',
      toldAt: now - 5 * HOUR,
    }),
  ]
  for (const alert of list) live.alerts[alert.id] = alert
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
