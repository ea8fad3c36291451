import { Switch, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { IconButton, SmallButton } from '../../ui/controls'
import { Panel } from '../../ui/Panel'
import { neverQuiet, type SettingsFormApi } from './form'
import css from './settings.module.css'

const DAYS: readonly [day: number, short: string, long: string][] = [
  [1, 'Mo', 'Monday'],
  [2, 'Tu', 'Tuesday'],
  [3, 'We', 'Wednesday'],
  [4, 'Th', 'Thursday'],
  [5, 'Fr', 'Friday'],
  [6, 'Sa', 'Saturday'],
  [0, 'Su', 'Sunday'],
]

/** When not to be told. */
export function QuietHoursPanel({ form }: { form: SettingsFormApi }) {
  const { enabled, spans } = form.values.quietHours
  return (
    <Panel title="Quiet hours">
      <div className={css.fields}>
        <Switch
          label="Keep quiet at these times"
          description={
            neverQuiet(form.values.quietHours) ? 'No time is set yet: nothing is kept quiet.' : undefined
          }
          {...form.getInputProps('quietHours.enabled', { type: 'checkbox' })}
          data-wrong={form.errors['quietHours.enabled'] ? true : undefined}
        />
        <Switch
          label="Critical alerts pass"
          disabled={!enabled}
          {...form.getInputProps('quietHours.criticalPasses', { type: 'checkbox' })}
        />
        {enabled
          ? spans.map((span, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity but their place
              <div key={i} className={css.span}>
                <div className={css.days} role="group" aria-label="Days">
                  {DAYS.map(([day, short, long]) => (
                    <button
                      key={day}
                      type="button"
                      aria-label={long}
                      aria-pressed={span.days.includes(day)}
                      onClick={() =>
                        form.setFieldValue(
                          `quietHours.spans.${i}.days`,
                          span.days.includes(day)
                            ? span.days.filter((d) => d !== day)
                            : [...span.days, day].sort(),
                        )
                      }
                    >
                      {short}
                    </button>
                  ))}
                </div>
                <TextInput
                  type="time"
                  aria-label="From"
                  {...form.getInputProps(`quietHours.spans.${i}.from`)}
                />
                <TextInput type="time" aria-label="To" {...form.getInputProps(`quietHours.spans.${i}.to`)} />
                <IconButton
                  aria-label="Remove this time"
                  onClick={() => form.removeListItem('quietHours.spans', i)}
                >
                  <IconX size={14} />
                </IconButton>
              </div>
            ))
          : null}
        {enabled ? (
          <div>
            <SmallButton
              onClick={() => {
                form.clearFieldError('quietHours.enabled')
                form.insertListItem('quietHours.spans', { days: [1, 2, 3, 4, 5], from: '22:00', to: '07:00' })
              }}
            >
              Add a time
            </SmallButton>
          </div>
        ) : null}
      </div>
    </Panel>
  )
}
