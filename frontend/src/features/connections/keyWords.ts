import type { GatewayKey, KeySpend, Source } from '../../bridge/types'
import type { Condition } from '../../ui/Shape'

/** How a key is watched: as told live, else as far as the profile says. */
export function keyState(key: GatewayKey, enabled: boolean, told: string | undefined): string {
  if (key.paused) return 'paused'
  if (told) return told
  if (key.kept === '') return 'missing'
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
  told: 'Told',
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
    case 'told':
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
export function seenKey(
  key: Pick<KeySpend, 'status' | 'expires' | 'source'>,
  list: Source | undefined,
  now: number,
): { state: string; how: string } {
  const [seen, how] = seenBy(key.source, list, now)
  if (key.status === 'disabled') return { state: 'disabled', how }
  if (key.expires > 0 && key.expires <= now) return { state: 'expired', how }
  return { state: seen, how }
}

function seenBy(source: string, list: Source | undefined, now: number): [state: string, how: string] {
  if (list && list.outcome !== 'none') {
    const every = list.everyMs > 0 ? ` every ${Math.round(list.everyMs / 1000)} s` : ''
    if (list.outcome === 'good' && now - list.answeredAt <= list.staleMs)
      return ['polled', `no key of it here: seen through the Admin API${every}`]
    const why = list.outcome === 'good' ? 'The list was not read again.' : list.cause
    return ['unseen', `no key of it here, and the Admin API does not list keys now. ${why}`.trim()]
  }
  const [via, name = ''] = source.split(':', 2)
  if (via === 'hub') return ['told', `no key of it here: seen by what hub ${name} tells`]
  return ['off', `no key of it here. ${list?.cause || 'The Admin API is not asked.'}`]
}

/** Where a key is kept, in words. */
export function keptWord(kept: string): string {
  switch (kept) {
    case 'keychain':
      return 'stored in the keychain'
    case 'memory':
      return 'in memory, until Gatewatch ends'
    case 'environment':
      return 'from the environment'
    default:
      return 'not stored'
  }
}
