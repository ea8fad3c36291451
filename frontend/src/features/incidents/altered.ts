import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Change } from '../../bridge/types'
import { useLive } from '../../live/store'
import type { Mark } from '../../ui/plot'
import { changeWords } from '../changes'

/** So many changes are drawn: those that came last before it ended. */
const MOST = 12

/** Whether it is known when it was done, and not only between which two reads. */
const timed = (change: Change) => change.own || (change.since === 0 && change.after === 0)

/** What was altered and marked around an incident, at a gateway or at all, for charts. */
export function alteredIn(
  changes: readonly Change[],
  gateway: string,
  span: { from: number; to: number },
): Mark[] {
  return changes
    .filter((change) => (change.gateway === '' || change.gateway === gateway) && timed(change))
    .filter(({ at }) => at >= span.from && at < span.to)
    .sort((a, b) => b.at - a.at)
    .slice(0, MOST)
    .map(
      (change): Mark =>
        change.entity === 'mark'
          ? { at: change.at, text: change.name || change.subject }
          : {
              at: change.at,
              text: `${change.name || change.subject}: ${changeWords(change)}`,
              altered: true,
            },
    )
    .reverse()
}

/** The same of what is known now, or was at the time that is shown. */
export function useAltered(gateway: string, span: { from: number; to: number }): Mark[] {
  const changes = useLive(useShallow((live) => Object.values(live.changes)))
  return useMemo(() => alteredIn(changes, gateway, span), [changes, gateway, span])
}
