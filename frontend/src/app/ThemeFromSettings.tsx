import { useMantineColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useSettings } from '../bridge/queries'

/** Takes the appearance from the settings whenever that changes there, and leaves what was chosen since. */
export function ThemeFromSettings() {
  const wanted = useSettings().data?.appearance.theme
  const { setColorScheme } = useMantineColorScheme()
  const set = useRef(setColorScheme)
  set.current = setColorScheme
  useEffect(() => {
    if (wanted === 'light' || wanted === 'dark' || wanted === 'auto') set.current(wanted)
  }, [wanted])
  return null
}
