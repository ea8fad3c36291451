import { keysOf } from './address'

type Given = { virtualKey: string; masterKey: string; adminUrl: string }
type Stored = { virtual: boolean; master: boolean }

const NONE = 'Without a key nothing can be watched. Give a virtual key, the master key, or both.'

/** What is wrong with the keys of a form: none is there, neither given nor stored. */
export function checkKeys(given: Given, stored: Stored): string | null {
  const { virtual, master } = there(given, stored)
  return virtual || master ? null : NONE
}

/** Which key is missing and what works without it; nothing if both are there, or none. */
export function withoutKey(given: Given, stored: Stored): string | null {
  const { virtual, master } = there(given, stored)
  if (virtual && !master)
    return 'Without the master key: what the virtual key spends and its tasks are watched as they happen; the balances of groups, other keys, providers and changes are not.'
  if (master && !virtual)
    return `Without a virtual key: keys, groups, balances, providers and changes are read; spend as it happens and the progress of tasks are not.${
      given.adminUrl.trim() === '' ? ' The master key is of use only with an Admin address.' : ''
    }`
  return null
}

function there(given: Given, stored: Stored): Stored {
  return {
    virtual: stored.virtual || keysOf(given.virtualKey).length > 0,
    master: stored.master || given.masterKey.trim() !== '',
  }
}
