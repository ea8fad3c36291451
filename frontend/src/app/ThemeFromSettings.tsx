import { useMantineColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useBridge } from '../bridge/context'
import { useSettings, useTextSize } from '../bridge/queries'
import { DRAWN_BY, stepOf } from '../lib/textSize'

/** Takes the appearance from the settings whenever that changes there, and leaves what was chosen since. */
export function ThemeFromSettings() {
  const settings = useSettings().data
  const wanted = settings?.appearance.theme
  const { setColorScheme } = useMantineColorScheme()
  const set = useRef(setColorScheme)
  set.current = setColorScheme
  useEffect(() => {
    if (wanted === 'light' || wanted === 'dark' || wanted === 'auto') set.current(wanted)
  }, [wanted])
  return <TextSize percent={settings?.textSize} />
}

/** Has everything drawn as large as the settings say, and Ctrl with +, − and 0 change that. It shows nothing itself. */
function TextSize({ percent }: { percent: number | undefined }) {
  const bridge = useBridge()
  const { mutate } = useTextSize()
  const at = useRef(percent ?? 100)
  useEffect(() => {
    if (percent === undefined) return
    at.current = percent
    void bridge.App.DrawAt(percent).catch(() => {})
  }, [bridge, percent])
  useEffect(() => {
    if (DRAWN_BY !== 'program') return
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return
      const next = stepOf(at.current, event.key)
      if (next === undefined) return
      event.preventDefault()
      if (next === at.current) return
      const was = at.current
      at.current = next
      mutate(next, {
        onError: () => {
          at.current = was
        },
      })
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [mutate])
  return null
}
