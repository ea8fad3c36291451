import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useAct } from '../../bridge/act'
import type { Bridge } from '../../bridge/bridge'
import { useBridge } from '../../bridge/context'
import { queryKeys } from '../../bridge/queries'

/** What is muted now, what ends first first. */
export function useMutes() {
  const bridge = useBridge()
  return useQuery({ queryKey: queryKeys.mutes, queryFn: () => bridge.Alerts.Mutes() })
}

/** Maintenance windows that are not over. */
export function useMaintenance() {
  const bridge = useBridge()
  return useQuery({ queryKey: queryKeys.maintenance, queryFn: () => bridge.Alerts.Maintenance() })
}

/** What was called normal. */
export function useNormals() {
  const bridge = useBridge()
  return useQuery({ queryKey: queryKeys.normals, queryFn: () => bridge.Alerts.Normals() })
}

/** Does something to what is muted, and reads the lists again. */
export function useMuteAct() {
  const act = useAct()
  const client = useQueryClient()
  return useCallback(
    async (work: (bridge: Bridge) => Promise<unknown>, done = '') => {
      const ok = await act(work, done)
      void client.invalidateQueries({ queryKey: queryKeys.mutes })
      void client.invalidateQueries({ queryKey: queryKeys.maintenance })
      void client.invalidateQueries({ queryKey: queryKeys.normals })
      return ok
    },
    [act, client],
  )
}
