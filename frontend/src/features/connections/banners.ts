import type { Gateway, Link, Live } from '../../bridge/types'
import { clock } from '../../lib/format'
import type { Sync } from '../../live/store'
import type { Condition as Shape } from '../../ui/Shape'
import { NOT_STARTED } from './labels'
import { pausedHubs } from './pausedHubs'
import { refusedKeys } from './refusedKeys'

/** Something about the connections or Gatewatch itself that the reader must know to judge the screen. */
export type Banner = {
  id: string
  shape: Shape
  title: string
  text: string
  /** Whose keys are to be given; without it the banner's id names the gateway. */
  gateway?: string
  /** What the button does; absent where nothing can be done here. */
  action?: 'connections' | 'keys' | 'alerts' | 'settings' | 'crash' | 'unlock' | 'place'
}

/** What of the live state the banners are made of. */
export type BannerTopics = Pick<Live, 'gateways' | 'links' | 'app' | 'monitoredKeys' | 'deliveries'>

/** A hub that is gone for a moment is no news. */
const HUB_GRACE_MS = 10_000
const GATEWAY_GRACE_MS = 2_500

/** The banners, most important first; none when all is well. */
export function bannersOf(live: BannerTopics, sync: Sync, now: number): Banner[] {
  const banners: Banner[] = []
  if (sync.state === 'stale') banners.push(staleBanner(sync, now))
  const offline = live.app.network
  if (offline) banners.push(offlineBanner(live, now))
  for (const gateway of Object.values(live.gateways)) {
    const banner = offline ? null : gatewayBanner(live, gateway, now)
    if (banner) banners.push(banner)
    const picture = pictureBanner(live, gateway, now)
    if (picture) banners.push(picture)
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
      ...keyless(live, fact.id),
      ...actionOf(fact.id),
    })
  }
  return banners
}

/** What can be done here about a condition of Gatewatch itself, by its id. */
function actionOf(id: string): Pick<Banner, 'action'> {
  switch (id) {
    case 'crash':
      return { action: 'crash' }
    case 'keyfile':
      return { action: 'unlock' }
    case 'unkept':
      return { action: 'place' }
    default:
      return {}
  }
}

/** Of a keychain that gives no keys: whose are to be entered. */
function keyless(live: BannerTopics, id: string): Pick<Banner, 'action' | 'gateway'> {
  if (id !== 'keychain') return {}
  const waiting = Object.values(live.links).find((link) => link.class === 'keychain')
  return waiting ? { action: 'keys', gateway: waiting.gateway } : {}
}

/** That a gateway is shown as an earlier run left it; not in the first moments of a start. */
function pictureBanner(live: BannerTopics, gateway: Gateway, now: number): Banner | null {
  if (gateway.pictureAt <= 0) return null
  const links = Object.values(live.links).filter((link) => link.gateway === gateway.id)
  const since = Math.min(...links.map((link) => link.since), now)
  if (now - since < GATEWAY_GRACE_MS) return null
  return {
    id: `picture:${gateway.id}`,
    shape: 'stale',
    title: `${gateway.label} is shown as it was at ${clock(gateway.pictureAt, now)}.`,
    text: 'That is from before Gatewatch was started. What the gateway answers takes its place.',
  }
}

function staleBanner(sync: Extract<Sync, { state: 'stale' }>, now: number): Banner {
  return {
    id: 'sync',
    shape: 'stale',
    title: 'This window is not current.',
    text: `${sync.cause} ${sync.since > 0 ? `Showing data from ${clock(sync.since, now)}; asking again.` : 'Asking again.'}`,
  }
}

function offlineBanner(live: BannerTopics, now: number): Banner {
  const last = Math.max(0, ...Object.values(live.gateways).map((gateway) => gateway.lastEventAt))
  return {
    id: 'network',
    shape: 'offline',
    title: 'You are offline.',
    text: `${last > 0 ? `Showing data from ${clock(last, now)}. ` : ''}Alerts resume when the network is back.`,
  }
}

function gatewayBanner(live: BannerTopics, gateway: Gateway, now: number): Banner | null {
  const links = Object.values(live.links).filter(
    (link) => link.gateway === gateway.id && link.class !== 'unsupported' && link.class !== 'idle',
  )
  const down = links.filter((link) => link.state !== 'connected' && link.state !== 'disconnected')
  const ofClass = (name: string) => down.find((link) => link.class === name)
  const id = `gateway:${gateway.id}`
  const refused = ofClass('auth')
  if (refused) {
    return {
      id,
      shape: 'critical',
      ...refusedWords(live, gateway, down),
      action: 'keys',
    }
  }
  // The keychain has a banner of its own, which names the gateways that wait for it.
  if (ofClass('keychain')) return null
  const keyless = ofClass('no_key')
  if (keyless) {
    return {
      id,
      shape: 'critical',
      title: `${gateway.label} is not being watched.`,
      text: sentence(keyless.cause),
      action: 'keys',
    }
  }
  const unstarted = down.find((link) => link.hub === NOT_STARTED && link.class === 'misconfigured')
  if (unstarted) {
    const goesOn = links.some((link) => link.state === 'connected')
    return {
      id,
      shape: goesOn ? 'warning' : 'critical',
      title: goesOn
        ? `${gateway.label} goes on with the settings from before.`
        : `${gateway.label} is not being watched.`,
      text: sentence(unstarted.cause),
      action: 'connections',
    }
  }
  const untrusted = ofClass('tls')
  if (untrusted) {
    return {
      id,
      shape: 'critical',
      title: `${gateway.label}: Certificate not trusted.`,
      text: sentence(untrusted.cause),
      action: 'connections',
    }
  }
  const plain = ofClass('no_tls')
  if (plain) {
    return {
      id,
      shape: 'critical',
      title: `${gateway.label} does not speak TLS at its address.`,
      text: 'The address begins with https. If the gateway is reached by http there, correct it.',
      action: 'connections',
    }
  }
  const forbidden = ofClass('forbidden')
  if (forbidden && (down.length === 1 || forbidden.cause.includes('banned')))
    return forbiddenBanner(id, gateway, forbidden)
  if (down.length === 0) return null
  const times = down.map((link) => link.lostAt || link.since).filter((at) => at > 0)
  const since = Math.min(...times, now)
  if (down.length === links.length) {
    // It does not answer since the last connection went: one that was down for long says nothing of the others.
    const gone = times.length > 0 ? Math.max(...times) : now
    return now - since < GATEWAY_GRACE_MS ? null : silentBanner(id, live, gateway, down, gone, now)
  }
  return now - since < HUB_GRACE_MS ? null : pausedBanner(id, live, gateway, down, since, now)
}

/** Which keys are refused, and that the others go on. */
function refusedWords(live: BannerTopics, gateway: Gateway, down: Link[]): { title: string; text: string } {
  const swapped = down.find((link) => link.cause.includes('swapped'))
  if (swapped)
    return {
      title: `${gateway.label}: The gateway refused the key (401).`,
      text: sentence(swapped.cause),
    }
  const keys = Object.values(live.monitoredKeys).filter((key) => key.gateway === gateway.id)
  const { virtual, master } = refusedKeys(live, gateway.id)
  const names = virtual.map((key) => `“${key.title}”`)
  const which = [
    ...(names.length > 0 ? [`the virtual key${names.length > 1 ? 's' : ''} ${list(names)}`] : []),
    ...(master ? ['the master key'] : []),
  ].join(' and ')
  const others = keys.filter(
    (key) => key.state === 'live' && !virtual.some(({ slot }) => slot === key.slot),
  ).length
  const goOn =
    others > 1
      ? ` The other ${others} virtual keys go on.`
      : others === 1
        ? ' The other virtual key goes on.'
        : ''
  return {
    title: `${gateway.label}: The gateway refused ${which || 'the key'} (401).`,
    text: `${virtual.length + (master ? 1 : 0) > 1 ? 'They' : 'It'} may have been rotated.${virtual.length > 0 ? goOn : ''}`,
  }
}

/** Names one after another: three at most, and how many more there are. */
function list(names: string[]): string {
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

function forbiddenBanner(id: string, gateway: Gateway, link: Link): Banner {
  if (link.cause.includes('banned'))
    return {
      id,
      shape: 'critical',
      title: `${gateway.label} does not let us in (403).`,
      text: sentence(link.cause),
      action: 'connections',
    }
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
  live: BannerTopics,
  gateway: Gateway,
  down: Link[],
  since: number,
  now: number,
): Banner | null {
  // Never up yet: the pill says "Connecting"; it becomes news once it fails.
  if (down.every((link) => link.state === 'connecting' && link.cause === '')) return null
  const other = Object.values(live.gateways).find((g) => g.id !== gateway.id && g.overall === 'connected')
  const cause = gateway.cause || down.find((link) => link.cause !== '')?.cause
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
  live: BannerTopics,
  gateway: Gateway,
  down: Link[],
  since: number,
  now: number,
): Banner {
  const read = readInstead(live, gateway.id)
  if (down.every((link) => link.connectedAt === 0 && link.lostAt === 0)) {
    // What never ran is not paused. Where nothing of one of its parts is connected, the address may be wrong.
    const silent = Object.entries({ core: 'Core', admin: 'Admin' })
      .filter(([plane]) => {
        const of = Object.values(live.links).filter(
          (one) => one.gateway === gateway.id && one.plane === plane,
        )
        return of.length > 0 && of.every((one) => down.some(({ id }) => id === one.id))
      })
      .map(([, name]) => `Is the address of ${name} right? `)
    const cause = down.find((link) => link.cause !== '')?.cause
    return {
      id,
      shape: 'warning',
      title: `${gateway.label}: ${pausedHubs(live, gateway.id, down)} could not be connected yet${cause ? ` (${cause.replace(/\.$/, '')})` : ''}.`,
      text: `${read ? `${read} meanwhile. ` : ''}${silent.join('')}It is tried again by itself.`,
      action: 'connections',
    }
  }
  return {
    id,
    shape: 'warning',
    title: `Live updates paused on ${gateway.label} (${pausedHubs(live, gateway.id, down)}).`,
    text: read ? `${read} instead.` : `What they bring is as of ${clock(since, now)}.`,
    action: 'connections',
  }
}

/** How what hubs brought is read meanwhile, by the slowest: "Read every 30 s"; "" where it is not. */
function readInstead(live: BannerTopics, gateway: string): string {
  const every = Object.values(live.deliveries)
    .filter(
      (of) => of.gateway === gateway && of.delivery === 'polled' && of.reason.startsWith('Live updates'),
    )
    .map((of) => of.intervalMs)
  return every.length > 0 ? `Read every ${Math.round(Math.max(...every) / 1000)} s` : ''
}

function sentence(cause: string): string {
  if (!cause) return ''
  const text = cause.charAt(0).toUpperCase() + cause.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
