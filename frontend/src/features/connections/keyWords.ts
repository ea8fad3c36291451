import type { GatewayKey } from '../../bridge/types'
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
      return 'busy'
    case 'polled':
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
