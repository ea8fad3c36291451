import { NativeSelect, SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core'
import { useSettings, useTextSize } from '../../bridge/queries'
import { DRAWN_BY, TEXT_SIZES } from '../../lib/textSize'
import { Panel } from '../../ui/Panel'
import type { SettingsFormApi } from './form'
import css from './settings.module.css'

/** How the window looks and behaves. */
export function AppearancePanel({ form }: { form: SettingsFormApi }) {
  const { setColorScheme } = useMantineColorScheme()
  const box = (name: string) => form.getInputProps(`appearance.${name}`, { type: 'checkbox' })
  return (
    <Panel title="Window">
      <div className={css.fields}>
        <SegmentedControl
          aria-label="Appearance"
          size="xs"
          data={[
            { value: 'auto', label: 'Like the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
          value={form.values.appearance.theme}
          onChange={(theme) => {
            form.setFieldValue('appearance.theme', theme)
            setColorScheme(theme as 'auto' | 'light' | 'dark')
          }}
        />
        {DRAWN_BY === 'nobody' ? null : <Size />}
        <Switch label="Keep watching from the tray when the window is closed" {...box('closeToTray')} />
        <Switch label="Start hidden" {...box('startHidden')} />
        <Switch label="Start at login" {...box('startAtLogin')} />
      </div>
    </Panel>
  )
}

/** How large everything is drawn: at once, and kept without Save. */
function Size() {
  const percent = useSettings().data?.textSize ?? 100
  const { mutate, isPending } = useTextSize()
  const sizes = [...new Set<number>([...TEXT_SIZES, percent])].sort((a, b) => a - b)
  return (
    <NativeSelect
      label="Size of text and everything else"
      description={
        DRAWN_BY === 'webview'
          ? 'From the next start on; until then Ctrl with + or −.'
          : 'At once. Ctrl with + or − does the same.'
      }
      size="xs"
      disabled={isPending}
      data={sizes.map((size) => ({ value: String(size), label: `${size} %` }))}
      value={String(percent)}
      onChange={(event) => mutate(Number(event.currentTarget.value))}
    />
  )
}
