import { NumberInput, Select, Switch } from '@mantine/core'
import { useState } from 'react'
import { useBridge } from '../../bridge/context'
import { toBridgeError } from '../../bridge/errors'
import type { Severity } from '../../bridge/types'
import { useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { Panel } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import type { SettingsForm, SettingsFormApi } from './form'
import css from './settings.module.css'

/** What raises a native notification. */
export function NotificationsPanel({ form }: { form: SettingsFormApi }) {
  const { enabled } = form.values.notifications
  const blocked = useLive((live) => live.app.notifications)
  const box = (name: keyof SettingsForm['notifications']) =>
    form.getInputProps(`notifications.${name}`, { type: 'checkbox' })
  return (
    <Panel title="Notifications">
      <div className={css.fields}>
        {blocked ? (
          <p className={css.problems} role="status">
            <b>{blocked.title}</b> {blocked.text}
          </p>
        ) : null}
        <Switch label="Show native notifications" {...box('enabled')} />
        <div className={css.row}>
          <Select
            label="From severity"
            data={[
              { value: 'info', label: 'Information' },
              { value: 'warning', label: 'Warning' },
              { value: 'critical', label: 'Critical only' },
            ]}
            allowDeselect={false}
            disabled={!enabled}
            {...form.getInputProps('notifications.minimum')}
          />
          <NumberInput
            label="Repeat a critical one after"
            description="0 never repeats"
            suffix=" h"
            min={0}
            max={48}
            disabled={!enabled}
            {...form.getInputProps('notifications.repeatHours')}
          />
        </div>
        <Switch label="Also when it is over" disabled={!enabled} {...box('sendResolved')} />
        <Switch label="Also when a watched task is done" disabled={!enabled} {...box('tasks')} />
        <Switch label="With sound if it is critical" disabled={!enabled} {...box('sound')} />
        <Switch
          label="Private: no amounts and names in the notification"
          disabled={!enabled}
          {...box('privacy')}
        />
        <div className={css.row}>
          <NumberInput
            label="At most in a minute"
            description="More are gathered into one"
            min={1}
            max={60}
            allowDecimal={false}
            disabled={!enabled}
            {...form.getInputProps('notifications.perMinute')}
          />
          <NumberInput
            label="At most in an hour"
            min={1}
            max={3600}
            allowDecimal={false}
            disabled={!enabled}
            {...form.getInputProps('notifications.perHour')}
          />
        </div>
        <TestButtons />
      </div>
    </Panel>
  )
}

const TESTS: readonly [Severity, string][] = [
  ['info', 'Information'],
  ['warning', 'Warning'],
  ['critical', 'Critical'],
]

/** Sends a real notification and says what became of it. */
function TestButtons() {
  const bridge = useBridge()
  const [result, setResult] = useState<{ ok: boolean; text: string } | null>(null)
  const test = async (severity: Severity) => {
    setResult(null)
    try {
      const sent = await bridge.Settings.TestNotification(severity)
      setResult({
        ok: sent.delivered,
        text: sent.delivered
          ? `Delivered by ${sent.driver}.${sent.message ? ` ${sent.message}` : ''} If you saw nothing, the system hides it.`
          : `Not delivered: ${sent.message || 'no reason was given'}`,
      })
    } catch (thrown) {
      setResult({ ok: false, text: toBridgeError(thrown).message })
    }
  }
  return (
    <div className={css.test}>
      <div className={css.testButtons}>
        <span className="dim">Send a test:</span>
        {TESTS.map(([severity, name]) => (
          <SmallButton key={severity} onClick={() => void test(severity)}>
            {name}
          </SmallButton>
        ))}
      </div>
      <p role="status" className={css.result}>
        {result ? (
          <>
            <Shape of={result.ok ? 'ok' : 'warning'} label="" /> <bdi>{result.text}</bdi>
          </>
        ) : null}
      </p>
    </div>
  )
}
