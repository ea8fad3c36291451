import { useMantineColorScheme } from '@mantine/core'
import { useMemo, useRef } from 'react'
import { useKeepTheme } from '../bridge/queries'

/** How the window looks. */
export type Theme = 'auto' | 'light' | 'dark'

/** Has the window look so. */
export type SetTheme = (theme: Theme) => void

/** Has the window look another way at once: kept in the settings, or for now alone. What cannot be kept is taken back. */
export function useTheme(): { keep: SetTheme; forNow: SetTheme } {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const at = useRef({ colorScheme, setColorScheme })
  at.current = { colorScheme, setColorScheme }
  const { mutate } = useKeepTheme()
  return useMemo(() => {
    const forNow: SetTheme = (theme) => at.current.setColorScheme(theme)
    const keep: SetTheme = (theme) => {
      const was = at.current.colorScheme
      forNow(theme)
      mutate(theme, { onError: () => forNow(was) })
    }
    return { keep, forNow }
  }, [mutate])
}
