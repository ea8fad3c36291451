import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useLive } from './store'

/** What people noted that they did (`gatewatch mark`), for charts. */
export function useMarks(): { at: number; text: string }[] {
  const changes = useLive(
    useShallow((live) => Object.values(live.changes).filter((change) => change.entity === 'mark')),
  )
  return useMemo(
    () => changes.map((change) => ({ at: change.at, text: change.name || change.subject })),
    [changes],
  )
}
