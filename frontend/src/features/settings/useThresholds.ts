import { useMemo } from 'react'
import { useSettings } from '../../bridge/queries'
import type { SettingsView } from '../../bridge/types'
import { DEFAULT_THRESHOLDS } from '../../ui/Bullet'

export type Pair = { warning: number; critical: number }

/** A gateway, one of its groups, or one of its keys, by the gateway's own ids; a key with the group it is in. */
export type Budgeted = { gateway: string; group?: string; key?: string }

/** Where a threshold in force is from. */
export type Level = 'key' | 'group' | 'gateway' | 'general'

/** What one level has of its own; a share of 0 inherits. */
export function ownOf(view: SettingsView | undefined, gateway: string, group: string, key: string): Pair {
  return (
    view?.own.find((one) => one.gateway === gateway && one.group === group && one.key === key) ?? {
      warning: 0,
      critical: 0,
    }
  )
}

/**
 * The thresholds in force for something, each by itself from the nearest level
 * that has one, as Go's settings give them (config.ThresholdsFor), and whence
 * each is.
 */
export function thresholdsOf(
  view: SettingsView | undefined,
  { gateway, group = '', key = '' }: Budgeted,
): Pair & { from: { warning: Level; critical: Level } } {
  const levels: [Level, Pair][] = [
    ['general', view?.thresholds ?? DEFAULT_THRESHOLDS],
    ['gateway', ownOf(view, gateway, '', '')],
  ]
  if (group) levels.push(['group', ownOf(view, gateway, group, '')])
  if (key) levels.push(['key', ownOf(view, gateway, '', key)])
  const found = {
    warning: 0,
    critical: 0,
    from: { warning: 'general' as Level, critical: 'general' as Level },
  }
  for (const [level, pair] of levels)
    for (const name of ['warning', 'critical'] as const)
      if (pair[name] > 0) {
        found[name] = pair[name]
        found.from[name] = level
      }
  found.warning = Math.min(found.warning, found.critical)
  return found
}

/** What was found in settings before: with hundreds of keys it is asked for each of them at each booking. */
const inForce = new WeakMap<SettingsView, Map<string, Pair>>()

function rememberedOf(view: SettingsView | undefined, of: Budgeted): Pair {
  if (!view) return thresholdsOf(view, of)
  const known = inForce.get(view) ?? new Map<string, Pair>()
  inForce.set(view, known)
  const name = `${of.gateway}\n${of.group ?? ''}\n${of.key ?? ''}`
  const pair = known.get(name) ?? thresholdsOf(view, of)
  known.set(name, pair)
  return pair
}

/** The thresholds in force of whatever is asked for; 75 % and 90 % until the settings were read. */
export function useThresholds(): (of: Budgeted) => Pair {
  const view = useSettings().data
  return useMemo(() => (of) => rememberedOf(view, of), [view])
}
