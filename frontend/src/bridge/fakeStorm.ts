import { HOUR, KEYS, MINUTE, SECOND } from './fakeTables'
import { aGateway, aGroup, anAlert, aProvider, usd } from './fixtures'
import type { Live } from './types'

/** What fails in a storm: the provider, how, and since how many minutes. */
const FAILING = [
  ['OpenAI', 'unhealthy', 'HTTP 503 from upstream', 12],
  ['Anthropic', 'unhealthy', 'timeout after 30 s', 11],
  ['Azure OpenAI', 'unhealthy', 'HTTP 503 from upstream', 11],
  ['Google Gemini', 'degraded', '18 % of requests failed', 9],
  ['Mistral', 'degraded', 'p95 4.1 s, usually 0.7 s', 7],
] as const

/** Those that serve, the most asked first; the rest is idle. */
const SERVING = ['Groq', 'Cohere', 'Fireworks', 'Together', 'DeepSeek', 'Cerebras', 'Amazon Bedrock']

const PROVIDER_COUNT = 43

/** Many things at once: a gateway with 43 providers of which five fail, budgets that run out, prepaid groups. */
export function addStorm(live: Live, now: number): void {
  live.providers = {}
  for (let i = 0; i < PROVIDER_COUNT; i++) addProvider(live, now, i)
  const nav = Object.values(live.nav).find((of) => of.entity === 'provider')
  if (nav) live.nav[nav.id] = { ...nav, count: PROVIDER_COUNT }
  FAILING.forEach(([name, health, why, minutes], i) => {
    if (i === 0) return // told by the day as it is
    const alert = anAlert({
      id: `storm-${i}`,
      gateway: 'prod',
      title: `${name} is ${health} — prod`,
      body: `${why}, since ${minutes} min.`,
      rule: health === 'unhealthy' ? 'provider.unhealthy' : 'provider.degraded',
      category: 'provider',
      entityKind: 'provider',
      severity: health === 'unhealthy' ? 'critical' : 'warning',
      since: now - minutes * MINUTE,
      notifyDecidedAt: i < 3 ? now - minutes * MINUTE + 20 * SECOND : 0,
      notified: i < 3,
    })
    live.alerts[alert.id] = alert
  })
  const fresh = anAlert({
    id: 'storm-now',
    gateway: 'prod',
    title: 'crawler: unusual spend, the same is asked of gpt-4o again and again — prod',
    body: '$6.20 in 15 min, usually $0.40. Looks like a loop: the last 71 requests to gpt-4o came at equal intervals.',
    severity: 'warning',
    since: now - 40 * SECOND,
    notifyDecidedAt: now - 20 * SECOND,
    notified: true,
  })
  live.alerts[fresh.id] = fresh
  for (const [group, name, opening, left, hourly] of [
    ['1', 'Product', 2000, 310, 6.4],
    ['2', 'Research', 300, 27, 0.36],
    ['3', 'Partners', 900, 611, 0.52],
  ] as const) {
    const of = aGroup({
      gateway: 'prod',
      group,
      name,
      openingBalance: usd(opening),
      balance: usd(left),
      lastHour: usd(hourly),
      keyCount: Math.ceil(KEYS.length / 3),
      updatedAt: now - 20 * SECOND,
    })
    live.groups[of.id] = of
  }
}

function addProvider(live: Live, now: number, i: number): void {
  const failing = FAILING[i]
  const serves = i < 12
  const provider = aProvider({
    gateway: 'prod',
    provider: String(i + 1),
    name: failing?.[0] ?? SERVING[i - FAILING.length] ?? `Region ${i + 1}`,
    health: failing?.[1] ?? (serves ? 'healthy' : 'unknown'),
    error: failing?.[2] ?? '',
    latencyMs: serves ? 300 + 90 * i : -1,
    healthTimeline: failing
      ? 'h'.repeat(60 - failing[3]) + (failing[1] === 'unhealthy' ? 'u' : 'd').repeat(failing[3])
      : (serves ? 'h' : '.').repeat(60),
    hourRequests: serves ? Math.round(4000 / (i + 1)) : 0,
    hourFailed: failing ? 90 : 0,
    since: now - (failing?.[3] ?? 400) * MINUTE,
    updatedAt: now - 9 * SECOND,
  })
  live.providers[provider.id] = provider
}

/** The gateway does not answer: its connections are tried again, and what depends on it is inhibited. */
export function addOutage(live: Live, now: number): void {
  const since = now - 6 * MINUTE
  for (const link of Object.values(live.links)) {
    if (link.gateway !== 'prod') continue
    live.links[link.id] = {
      ...link,
      state: 'reconnecting',
      class: 'gateway_down',
      cause: 'timeout',
      attempt: 9,
      since,
      lostAt: since,
      nextAt: now + 22 * SECOND,
      transport: '',
    }
  }
  live.gateways.prod = aGateway({
    ...(live.gateways.prod ?? { id: 'prod' }),
    core: 'reconnecting',
    admin: 'reconnecting',
    overall: 'reconnecting',
    cause: 'timeout',
    nextAt: now + 22 * SECOND,
    lastEventAt: since,
  })
  for (const provider of Object.values(live.providers))
    provider.healthTimeline = `${provider.healthTimeline.slice(0, -6)}......`
  for (const component of Object.values(live.components))
    if (component.gateway === 'prod')
      live.components[component.id] = {
        ...component,
        health: 'unknown',
        reason: 'The gateway does not answer.',
        since,
      }
  const down = anAlert({
    id: 'outage',
    gateway: 'prod',
    rule: 'gateway.down',
    category: 'connection',
    entityKind: 'gateway',
    title: 'prod does not answer',
    body: 'Since 6 min (timeout). Your network is fine. Provider alerts are on hold.',
    severity: 'critical',
    since,
    notifyDecidedAt: since + 20 * SECOND,
    notified: true,
  })
  const held = anAlert({
    id: 'outage-openai',
    gateway: 'prod',
    category: 'provider',
    entityKind: 'provider',
    title: 'OpenAI is unhealthy — prod',
    body: 'No request was answered for 5 min.',
    severity: 'critical',
    since: since + MINUTE,
    inhibitedBy: 'outage',
  })
  const before = anAlert({
    id: 'outage-before',
    gateway: 'prod',
    category: 'provider',
    entityKind: 'provider',
    title: 'OpenAI is slow — prod',
    body: 'p95 3.2 s, usually 0.8 s.',
    severity: 'warning',
    status: 'resolved',
    since: now - 5 * HOUR,
    endedAt: now - 4 * HOUR,
  })
  for (const alert of [down, held, before]) live.alerts[alert.id] = alert
}
