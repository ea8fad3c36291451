import { SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core'
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
        <Switch label="Keep watching from the tray when the window is closed" {...box('closeToTray')} />
        <Switch label="Start hidden" {...box('startHidden')} />
        <Switch label="Start at login" {...box('startAtLogin')} />
      </div>
    </Panel>
  )
}
