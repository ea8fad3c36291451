import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import { useAct } from './act'
import type { Bridge } from './bridge'
import type { Exported } from './types'

/** Has a file written where the user says, and says where it is; false if it was not, such as if they thought better of it. */
export function useWrite() {
  const act = useAct()
  return useCallback(
    async (write: (bridge: Bridge) => Promise<Exported>, words: (lines: number) => string) => {
      let written: Exported = { path: '', lines: 0 }
      const done = await act(async (b) => {
        written = await write(b)
      })
      if (!done || written.path === '') return false
      notifications.show({ title: `${words(written.lines)} written.`, message: written.path })
      return true
    },
    [act],
  )
}
