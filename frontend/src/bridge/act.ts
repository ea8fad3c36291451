import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { Bridge } from './bridge'
import { useBridge } from './context'
import { queryKeys } from './queries'
import { say } from './say'
import { showError } from './showError'

/**
 * Does what a button says. A failure is told in a corner of the window; what
 * succeeded is seen in the next frame, or said with done.
 */
export function useAct() {
  const bridge = useBridge()
  const client = useQueryClient()
  return useCallback(
    async (work: (bridge: Bridge) => Promise<unknown>, done = ''): Promise<boolean> => {
      try {
        await work(bridge)
      } catch (thrown) {
        showError(thrown)
        return false
      }
      void client.invalidateQueries({ queryKey: queryKeys.profiles })
      void client.invalidateQueries({ queryKey: queryKeys.decisions })
      if (done) say(done)
      return true
    },
    [bridge, client],
  )
}
