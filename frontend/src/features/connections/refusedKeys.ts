import type { Live } from '../../bridge/types'
import { titleOf } from './keyLabels'

/** A virtual key, by where it is kept and by what people call it. */
export type NamedKey = { slot: string; title: string }

/** The keys of a gateway that it refuses now: those of a profile or of the environment, and whether the master key is one. */
export function refusedKeys(
  live: Pick<Live, 'links' | 'monitoredKeys'>,
  gateway: string,
): { virtual: NamedKey[]; master: boolean } {
  const refused = Object.values(live.links).filter(
    (link) =>
      link.gateway === gateway &&
      link.class === 'auth' &&
      link.state !== 'connected' &&
      link.state !== 'disconnected',
  )
  const keys = Object.values(live.monitoredKeys).filter((key) => key.gateway === gateway)
  const shared = keys.find((key) => key.primary)?.slot ?? (keys.length === 1 ? keys[0]?.slot : undefined)
  const slots = new Set(
    refused.filter((link) => link.plane !== 'admin').map((link) => link.slot || shared || ''),
  )
  return {
    virtual: keys
      .filter((key) => slots.has(key.slot) || key.state === 'refused')
      .map((key) => ({
        slot: key.slot,
        title: titleOf({ id: key.slot, label: key.label, name: '' }, key.name),
      })),
    master: refused.some((link) => link.plane === 'admin'),
  }
}
