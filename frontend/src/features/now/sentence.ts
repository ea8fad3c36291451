import type { Live } from '../../bridge/types'
import { ago, percent, plural } from '../../lib/format'
import { inScope } from '../../live/scope'
import type { Condition } from '../../ui/Shape'
import { byWeight, pileOf } from '../alerts/useAlerts'
import { budgetsOf } from '../spend/budget'

/** How things are, in one sentence that the first look lands on. */
export type Sentence = { shape: Condition; head: string; rest: string }

/** The state as a sentence. Something that needs the reader comes before good news. */
export function sentenceOf(live: Live, scope: string, now: number): Sentence {
  const gateways = Object.values(live.gateways).filter((gateway) => scope === '' || gateway.id === scope)
  const open = Object.values(live.alerts)
    .filter((alert) => inScope(scope, alert) && alert.status !== 'pending' && pileOf(alert, now) === 'open')
    .sort(byWeight)
  if (open.length > 0) {
    const names = open.slice(0, 2).map((alert) => alert.title)
    const more = open.length - names.length
    return {
      shape: open[0]?.severity === 'critical' ? 'critical' : 'warning',
      head: open.length === 1 ? '1 thing needs you.' : `${open.length} things need you.`,
      rest: `${names.join(' · ')}${more > 0 ? ` · and ${more} more` : ''}`,
    }
  }
  const refused = gateways.find((gateway) => gateway.overall === 'error')
  if (refused) {
    return {
      shape: 'critical',
      head: `${refused.label} needs you.`,
      rest: refused.cause || 'Its connections failed for good.',
    }
  }
  const up = gateways.filter((gateway) => gateway.overall === 'connected' || gateway.overall === 'partial')
  if (up.length === 0) return notConnected(gateways.map((gateway) => gateway.overall))
  const last = Math.max(0, ...gateways.map((gateway) => gateway.lastEventAt))
  const ill = Object.values(live.providers).filter(
    (provider) => inScope(scope, provider) && isIll(provider.health),
  )
  if (ill.length > 0) {
    return {
      shape: 'warning',
      head: `${plural(ill.length, 'provider')} not healthy.`,
      rest: `${ill
        .slice(0, 3)
        .map((provider) => provider.name)
        .join(', ')} — no alert is open. ${capital(lastEvent(last, now))}`,
    }
  }
  return {
    shape: 'ok',
    head: 'All quiet.',
    rest: [...quietFacts(live, scope), lastEvent(last, now)].join(', '),
  }
}

function notConnected(states: readonly string[]): Sentence {
  if (states.includes('connecting'))
    return { shape: 'busy', head: 'Connecting.', rest: 'What is known appears as it arrives.' }
  if (states.every((state) => state === 'disconnected'))
    return { shape: 'offline', head: 'Not connected.', rest: 'Nothing is watched until you connect.' }
  return {
    shape: 'stale',
    head: 'No connection.',
    rest: 'What is shown is what was last known; it is tried again by itself.',
  }
}

function quietFacts(live: Live, scope: string): string[] {
  const facts: string[] = []
  const healthy = Object.values(live.providers).filter(
    (p) => inScope(scope, p) && p.health === 'healthy',
  ).length
  if (healthy > 0) facts.push(`${plural(healthy, 'provider')} healthy`)
  const tightest = budgetsOf(live, scope)[0]
  if (tightest) facts.push(`tightest budget ${percent(tightest.used)}`)
  return facts
}

function lastEvent(at: number, now: number): string {
  return at > 0 ? `last event ${ago(now - at)}.` : 'no event yet.'
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function isIll(health: string): boolean {
  return health === 'unhealthy' || health === 'degraded'
}
