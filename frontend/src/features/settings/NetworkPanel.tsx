import { NumberInput, Switch, TextInput } from '@mantine/core'
import { preferred, TRANSPORTS } from '../../lib/transports'
import { Panel } from '../../ui/Panel'
import type { SettingsFormApi } from './form'
import css from './settings.module.css'

/** How gateways are reached, and when it is tried again. */
export function NetworkPanel({ form }: { form: SettingsFormApi }) {
  const { transports, skipNegotiation } = form.values.network
  const text = (name: 'proxy' | 'caFile' | 'clientCert' | 'clientKey') =>
    form.getInputProps(`network.${name}`)
  const box = (name: 'skipNegotiation' | 'allowQueryToken') =>
    form.getInputProps(`network.${name}`, { type: 'checkbox' })
  return (
    <Panel title="Network">
      <div className={css.fields}>
        <TextInput
          label="Proxy"
          description="Empty: what the environment says; direct: none; else an address such as http://proxy:3128"
          {...text('proxy')}
        />
        <TextInput
          label="Certificate authorities"
          description="A PEM file of those to trust besides the system's"
          {...text('caFile')}
        />
        <div className={`${css.row} ${css.alike}`}>
          <TextInput label="Client certificate" description="A PEM file" {...text('clientCert')} />
          <TextInput label="Its key" description="A PEM file" {...text('clientKey')} />
        </div>
        <div className={css.fields} role="group" aria-label="Transports">
          {TRANSPORTS.map(([name, label]) => (
            <Switch
              key={name}
              label={label}
              disabled={skipNegotiation}
              checked={skipNegotiation ? name === 'WebSockets' : transports.includes(name)}
              onChange={(event) =>
                form.setFieldValue(
                  'network.transports',
                  event.currentTarget.checked
                    ? preferred([...transports, name])
                    : transports.filter((one) => one !== name),
                )
              }
            />
          ))}
          {form.errors['network.transports'] ? (
            <p className={css.problems} role="alert" data-wrong tabIndex={-1}>
              {form.errors['network.transports']}
            </p>
          ) : null}
        </div>
        <Switch
          label="Open WebSockets at once, without asking what the gateway offers"
          {...box('skipNegotiation')}
        />
        <Switch
          label="Allow a key in a hub's address, where the gateway takes nothing else: its logs then hold it"
          {...box('allowQueryToken')}
        />
        <div className={css.row}>
          <TextInput
            label="Try again after"
            description="Seconds, one for each attempt"
            {...form.getInputProps('reconnect.schedule')}
          />
          <NumberInput
            label="Then every"
            suffix=" s"
            min={1}
            max={3600}
            {...form.getInputProps('reconnect.max')}
          />
        </div>
      </div>
    </Panel>
  )
}
