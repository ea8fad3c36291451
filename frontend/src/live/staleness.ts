import { useCallback } from 'react'
import type { Live } from '../bridge/types'
import { ago } from '../lib/format'
import { useTicking } from '../lib/time'
import { liveStore } from './store'

/** A value with the gateway, source and time that every value has. */
export type Sourced = {
  gateway: string
  source: string
  updatedAt: number
  /** When it was so, of what an earlier run knew and this one did not read again yet. */
  remembered?: number
}

/** What Go says of a source without an interval; three missed reads of the fastest list are less. */
const STALE_MS = 90_000

/**
 * When a value was last known to be so, and whether that is too long ago. What
 * is read is as old as the last good read of its list, even if the value did
 * not change in it; what is pushed is current while its hub is connected.
 */
export function staleness(live: Live, of: Sourced, now: number): { at: number; stale: boolean } {
  if (of.remembered) return { at: of.remembered, stale: true }
  const [via, name = ''] = of.source.split(':', 2)
  if (via === 'rest') {
    const source = live.pollTargets[`${of.gateway}/${of.source}`]
    const at = Math.max(of.updatedAt, source?.succeededAt ?? 0)
    return { at, stale: at > 0 && now - at > Math.max(source?.staleAfterMs ?? 0, STALE_MS) }
  }
  if (via === 'hub') {
    const links = Object.values(live.links).filter((link) => link.gateway === of.gateway && link.hub === name)
    const up = links.length === 0 || links.some((link) => link.state === 'connected')
    const lost = Math.max(0, ...links.map((link) => link.lostAt || link.since))
    return { at: of.updatedAt, stale: !up && lost > 0 && now - lost > STALE_MS }
  }
  return { at: of.updatedAt, stale: false }
}

/** States of a gateway in which nothing new comes of it. */
const DOWN = ['disconnected', 'reconnecting', 'error']

/** Whether nothing new can come of a gateway now. */
export const isDown = (live: Live, gateway: string): boolean =>
  DOWN.includes(live.gateways[gateway]?.overall ?? '')

/** Whether a value is not known to be so now: its gateway is gone, or it was not told or read again for too long. */
export function isPast(live: Live, of: Sourced, now: number): boolean {
  return isDown(live, of.gateway) || staleness(live, of, now).stale
}

/** Whether that is so, as time passes. */
export function useIsPast(of: Sourced | undefined): boolean {
  const said = useTicking(
    useCallback((now) => (of && isPast(liveStore.getState().live, of, now) ? 'past' : ''), [of]),
  )
  return said !== ''
}

/** "9 s ago" of a value, by when it was last known to be so; "not current, 4 min ago" once that is too long ago. */
export function useStaleness(of: Sourced, otherwise: string): { text: string; stale: boolean; at: number } {
  const { gateway, source, updatedAt, remembered = 0 } = of
  const ticked = useTicking(
    useCallback(
      (now) => {
        const { at, stale } = staleness(
          liveStore.getState().live,
          { gateway, source, updatedAt, remembered },
          now,
        )
        return `${stale ? 1 : 0} ${at} ${at > 0 ? ago(now - at) : otherwise}`
      },
      [gateway, source, updatedAt, remembered, otherwise],
    ),
  )
  const [stale = '0', at = '0', ...text] = ticked.split(' ')
  return { stale: stale === '1', at: Number(at), text: text.join(' ') }
}
