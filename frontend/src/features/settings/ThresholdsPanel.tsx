import { NumberInput, TextInput } from '@mantine/core'
import { Bullet } from '../../ui/Bullet'
import { shows } from '../../ui/Fact'
import { Panel } from '../../ui/Panel'
import type { SettingsFormApi } from './form'
import css from './settings.module.css'

/** From which share of a limit on it is told. */
export function ThresholdsPanel({ form }: { form: SettingsFormApi }) {
  const { warning, critical } = form.values
  return (
    <Panel title="Budgets">
      <div className={css.fields}>
        <Bullet
          used={0}
          thresholds={{ warning: warning / 100, critical: critical / 100 }}
          label="Where the thresholds stand"
          fact={shows('settings.thresholds')}
        />
        <div className={`${css.row} ${css.alike}`}>
          <NumberInput label="Warning at" suffix=" %" min={1} max={100} {...form.getInputProps('warning')} />
          <NumberInput
            label="Critical at"
            suffix=" %"
            min={1}
            max={100}
            {...form.getInputProps('critical')}
          />
        </div>
        <TextInput
          label="More thresholds"
          description="In per cent, such as 50, 80; each is told once"
          {...form.getInputProps('more')}
        />
        <NumberInput
          label="Smallest budget"
          description="Budgets below it raise no threshold alert"
          prefix="$"
          min={0}
          decimalScale={2}
          {...form.getInputProps('minBudget')}
        />
      </div>
    </Panel>
  )
}
