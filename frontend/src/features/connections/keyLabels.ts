import type { GatewayKey, GatewayProfile, KeyPlace, KeySpend, PollTarget } from '../../bridge/types'
import type { Condition } from '../../ui/Shape'

/** What a key is called: by the user, else by the gateway. */
export function titleOf(key: Pick<GatewayKey, 'id' | 'label' | 'name'>, name: string): string {
  return key.label || name || key.name || `key ${key.id}`
}

/** How a key is watched: as told live, else as far as the profile says. */
export function keyState(key: GatewayKey, enabled: boolean, observed: string | undefined): string {
  if (key.paused) return 'paused'
  if (observed) return observed
  if (key.storedIn === '') return 'missing'
  return enabled ? 'waiting' : 'off'
}

const WORDS: Record<string, string> = {
  live: 'Live',
  waiting: 'Waiting',
  polled: 'Polled',
  paused: 'Paused',
  missing: 'Key missing',
  no_balance: 'No balance',
  disabled: 'Disabled',
  expired: 'Expired',
  deleted: 'Deleted',
  refused: 'Refused',
  off: 'Not watched',
  pushed: 'Told',
  unseen: 'Not seen now',
}

/** A key's state in a word. */
export function keyWord(state: string): string {
  return WORDS[state] ?? state
}

/** A key's state as a shape. */
export function keyShape(state: string): Condition {
  switch (state) {
    case 'live':
      return 'ok'
    case 'waiting':
    case 'polled':
    case 'pushed':
      return 'busy'
    case 'unseen':
      return 'stale'
    case 'paused':
      return 'muted'
    case 'off':
      return 'offline'
    case 'missing':
    case 'no_balance':
    case 'disabled':
    case 'expired':
      return 'warning'
    default:
      return 'critical'
  }
}

/**
 * How a key that we have no key of is seen, and why so: by the list of keys of
 * the Admin API, by what a hub tells of it, or not at all. What the gateway
 * says of the key itself goes before; whether it works nobody knows.
 */
export function observedKeyState(
  key: Pick<KeySpend, 'status' | 'expires' | 'source'>,
  list: PollTarget | undefined,
  now: number,
): { state: string; how: string } {
  const [seen, how] = seenBy(key.source, list, now)
  if (key.status === 'disabled') return { state: 'disabled', how }
  if (key.expires > 0 && key.expires <= now) return { state: 'expired', how }
  return { state: seen, how }
}

function seenBy(source: string, list: PollTarget | undefined, now: number): [state: string, how: string] {
  if (list && list.outcome !== 'none') {
    const every = list.intervalMs > 0 ? ` every ${Math.round(list.intervalMs / 1000)} s` : ''
    if (list.outcome === 'good' && now - list.succeededAt <= list.staleAfterMs)
      return ['polled', `no key of it here: seen through the Admin API${every}`]
    const why = list.outcome === 'good' ? 'The list was not read again.' : list.cause
    return ['unseen', `no key of it here, and the Admin API does not list keys now. ${why}`.trim()]
  }
  const [via, name = ''] = source.split(':', 2)
  if (via === 'hub') return ['pushed', `no key of it here: seen by what hub ${name} tells`]
  return ['off', `no key of it here. ${list?.cause || 'The Admin API is not asked.'}`]
}

/** Where a key is storedIn, in words. */
export function storedWord(storedIn: string): string {
  switch (storedIn) {
    case 'keychain':
      return 'stored in the keychain'
    case 'file':
      return 'stored in the file of keys'
    case 'memory':
      return 'in memory, until Gatewatch ends'
    case 'environment':
      return 'from the environment'
    default:
      return 'not stored'
  }
}

/** Where a stored key was found when it was last looked for: "stored" is said of what the keychain or the file of keys gave alone. */
function foundWord(storedIn: string, enabled: boolean): string {
  switch (storedIn) {
    case 'keychain':
    case 'file':
      return 'stored'
    case 'memory':
      return 'in memory, until Gatewatch ends'
    default:
      return enabled ? 'not found' : 'not looked up'
  }
}

/** Where a key will be kept that is entered now. */
export function placeWords(place: KeyPlace | undefined): string {
  switch (place?.at) {
    case 'file':
      return place.locked
        ? 'The file of keys is locked: it is used until Gatewatch ends, or kept once you unlock that'
        : 'Kept in the file of keys, which your passphrase encrypts'
    case 'memory':
      return 'There is no keychain: it is used until Gatewatch ends'
    case 'keychain':
      return place.locked
        ? 'The keychain is locked: it is used until Gatewatch ends, or kept once you unlock that'
        : "Kept in the system's keychain, never in a file"
    default:
      return 'Never kept in clear'
  }
}

/** Whether a gateway has a virtual key, in a word: one of the environment is in use though none is stored. */
export function virtualKeyWord(
  of: Pick<GatewayProfile, 'hasVirtualKey' | 'environmentKeys' | 'keys' | 'enabled'>,
): string {
  const places = of.keys.map((key) => key.storedIn)
  const place = ['', 'memory', 'file', 'keychain'].find((one) => places.includes(one)) ?? '' // the worst
  const word = of.hasVirtualKey ? foundWord(place, of.enabled) : 'missing'
  if (of.environmentKeys === 0) return word
  return place === 'keychain' || place === 'file'
    ? 'stored, others from the environment'
    : 'from the environment'
}

/** The same of its master key. */
export function masterKeyWord(
  of: Pick<GatewayProfile, 'hasMasterKey' | 'masterKeyStoredIn' | 'enabled'>,
): string {
  if (of.masterKeyStoredIn === 'environment') return 'from the environment'
  return of.hasMasterKey ? foundWord(of.masterKeyStoredIn, of.enabled) : 'missing'
}
