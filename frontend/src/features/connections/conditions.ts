import type { Gateway, Link, Live } from '../../bridge/types'
import { clock, plural } from '../../lib/format'
import type { Sync } from '../../live/store'
import type { Condition as Shape } from '../../ui/Shape'

/** Something about the connections or Gatewatch itself that the reader must know to judge the screen. */
export type Banner = {
  id: string
  shape: Shape
  title: string
  text: string
  /** What the button does; absent where nothing can be done here. */
  action?: 'connections' | 'keys' | 'alerts' | 'settings'
}

/** A hub that is gone for a moment is no news. */
const HUB_GRACE_MS = 10_000
const GATEWAY_GRACE_MS = 2_500

/** The banners, most important first; none when all is well. */
export function bannersOf(live: Live, sync: Sync, now: number): Banner[] {
  const banners: Banner[] = []
  if (sync.state === 'stale') banners.push(staleBanner(sync, now))
  const offline = live.app.network
  if (offline) banners.push(offlineBanner(live, now))
  for (const gateway of Object.values(live.gateways)) {
    const banner = offline ? null : gatewayBanner(live, gateway, now)
    if (banner) banners.push(banner)
  }
  for (const fact of Object.values(live.app)) {
    if (fact.id === 'network' || fact.id === 'mute') continue
    const shape =
      fact.severity === 'critical' ? 'critical' : fact.severity === 'warning' ? 'warning' : 'stale'
    banners.push({
      id: fact.id,
      shape,
      title: fact.title,
      text: fact.text,
      ...(fact.id === 'notifications' ? { action: 'settings' as const } : {}),
    })
  }
  return banners
}

function staleBanner(sync: Extract<Sync, { state: 'stale' }>, now: number): Banner {
  return {
    id: 'sync',
    shape: 'stale',
    title: 'This window is not current.',
    text: `${sync.cause} ${sync.since > 0 ? `Showing data from ${clock(sync.since, now)}; asking again.` : 'Asking again.'}`,
  }
}

function offlineBanner(live: Live, now: number): Banner {
  const last = Math.max(0, ...Object.values(live.gateways).map((gateway) => gateway.lastEventAt))
  return {
    id: 'network',
    shape: 'offline',
    title: 'You are offline.',
    text: `${last > 0 ? `Showing data from ${clock(last, now)}. ` : ''}Alerts resume when the network is back.`,
  }
}

function gatewayBanner(live: Live, gateway: Gateway, now: number): Banner | null {
  const links = Object.values(live.links).filter(
    (link) => link.gateway === gateway.id && link.class !== 'unsupported' && link.class !== 'idle',
  )
  const down = links.filter((link) => link.state !== 'connected' && link.state !== 'disconnected')
  const sort = (name: string) => down.find((link) => link.class === name)
  const id = `gateway:${gateway.id}`
  const refused = sort('auth')
  if (refused) {
    return {
      id,
      shape: 'critical',
      ...refusedWords(live, gateway, down),
      action: 'keys',
    }
  }
  const untrusted = sort('tls')
  if (untrusted) {
    return {
      id,
      shape: 'critical',
      title: `${gateway.label}: Certificate not trusted.`,
      text: sentence(untrusted.cause),
      action: 'connections',
    }
  }
  const forbidden = sort('forbidden')
  if (forbidden && down.length === 1) return forbiddenBanner(id, gateway, forbidden)
  if (down.length === 0) return null
  const since = Math.min(...down.map((link) => link.lostAt || link.since).filter((at) => at > 0), now)
  if (down.length === links.length)
    return now - since < GATEWAY_GRACE_MS ? null : silentBanner(id, live, gateway, down, since, now)
  return now - since < HUB_GRACE_MS ? null : pausedBanner(id, live, gateway, down, since, now)
}

/** Which of several keys is refused, and that the others go on; of the only one nothing more. */
function refusedWords(live: Live, gateway: Gateway, down: Link[]): { title: string; text: string } {
  const slots = new Set(down.filter((link) => link.class === 'auth').map((link) => link.slot))
  const keys = Object.values(live.watched).filter((key) => key.gateway === gateway.id)
  const refused = keys.filter((key) => slots.has(key.slot))
  const [first] = refused
  const others = keys.filter((key) => key.state === 'live' && !refused.includes(key)).length
  if (!first || keys.length < 2)
    return {
      title: `${gateway.label}: The gateway refused the key (401).`,
      text: 'It may have been rotated.',
    }
  const which =
    refused.length > 1
      ? plural(refused.length, 'key')
      : `key “${first.label || first.name || `key ${first.key || first.slot}`}”`
  const goOn = others > 1 ? ` The other ${others} keys go on.` : others === 1 ? ' The other key goes on.' : ''
  return {
    title: `${gateway.label}: The gateway refused ${which} (401).`,
    text: `${refused.length > 1 ? 'They' : 'It'} may have been rotated.${goOn}`,
  }
}

function forbiddenBanner(id: string, gateway: Gateway, link: Link): Banner {
  const what = link.plane === 'admin' ? 'needs admin read access' : 'needs a key with more rights'
  return {
    id,
    shape: 'warning',
    title: `${gateway.label}: ${link.hub} ${what}.`,
    text: 'What you see is limited to what the stored keys may read.',
    action: 'keys',
  }
}

function silentBanner(
  id: string,
  live: Live,
  gateway: Gateway,
  down: Link[],
  since: number,
  now: number,
): Banner | null {
  // Never up yet: the pill says "Connecting"; it becomes news once it fails.
  if (down.every((link) => link.state === 'connecting' && link.cause === '')) return null
  const other = Object.values(live.gateways).find((g) => g.id !== gateway.id && g.overall === 'connected')
  const cause = down.find((link) => link.cause !== '')?.cause ?? gateway.cause
  return {
    id,
    shape: 'critical',
    title: `${gateway.label} does not answer since ${clock(since, now)}${cause ? ` (${cause.replace(/\.$/, '')})` : ''}.`,
    text: other ? `Your network is fine; ${other.label} answers.` : 'It is tried again by itself.',
    action: 'connections',
  }
}

function pausedBanner(
  id: string,
  live: Live,
  gateway: Gateway,
  down: Link[],
  since: number,
  now: number,
): Banner {
  const read = Object.values(live.keys).some(
    (key) => key.gateway === gateway.id && key.source.startsWith('rest:') && key.updatedAt > since,
  )
  return {
    id,
    shape: 'warning',
    title: `Live updates paused on ${gateway.label} (${down.map((link) => link.hub).join(', ')}).`,
    text: read ? 'Refreshing every 15 s instead.' : `What they bring is as of ${clock(since, now)}.`,
    action: 'connections',
  }
}

function sentence(cause: string): string {
  if (!cause) return ''
  const text = cause.charAt(0).toUpperCase() + cause.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
