import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { useSettings } from '../bridge/queries'

/** Takes the appearance from the settings whenever they are read. */
export function ThemeFromSettings() {
  const wanted = useSettings().data?.appearance.theme
  const { setColorScheme } = useMantineColorScheme()
  useEffect(() => {
    if (wanted === 'light' || wanted === 'dark' || wanted === 'auto') setColorScheme(wanted)
  }, [wanted, setColorScheme])
  return null
}
