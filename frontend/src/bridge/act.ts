import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { Bridge } from './bridge'
import { useBridge } from './context'
import { remedyFor, toBridgeError } from './errors'
import { queryKeys } from './queries'

/** Says what went wrong with something that the user asked for, and what can be done. */
export function tellError(thrown: unknown): void {
  const error = toBridgeError(thrown)
  notifications.show({ color: 'red', title: error.message, message: remedyFor(error.code), autoClose: 8000 })
}

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
        tellError(thrown)
        return false
      }
      void client.invalidateQueries({ queryKey: queryKeys.profiles })
      void client.invalidateQueries({ queryKey: queryKeys.decisions })
      if (done) notifications.show({ message: done, autoClose: 3000 })
      return true
    },
    [bridge, client],
  )
}
