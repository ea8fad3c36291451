import { Select, Switch, TextInput } from '@mantine/core'
import type { GetInputPropsReturnType } from '@mantine/form'
import { useState } from 'react'
import { useSettings } from '../../bridge/queries'
import { preferred, TRANSPORTS } from '../../lib/transports'
import { SmallButton } from '../../ui/controls'
import css from './connections.module.css'
import { hasOwn, type OwnNetworkForm } from './ownNetwork'

const FILES = ['proxy', 'caFile', 'clientCert', 'clientKey'] as const

/** How one gateway is reached where that differs from the settings; what is left empty is inherited, and shown. */
export function OwnNetworkFields({
  own,
  field,
  onTransports,
}: {
  own: OwnNetworkForm
  /** What the form gives the field of a path. */
  field: (path: string) => GetInputPropsReturnType
  onTransports: (transports: string[] | null) => void
}) {
  const general = useSettings().data?.network
  const [unfolded, setUnfolded] = useState(hasOwn(own))
  if (!general) return null
  const wrong = field('network.transports').error
  const open = unfolded || wrong || FILES.some((name) => field(`network.${name}`).error)
  const text = (name: (typeof FILES)[number], label: string, inherited: string) => (
    <TextInput
      label={label}
      description={own[name] ? 'Its own' : `Inherited: ${inherited}`}
      autoComplete="off"
      {...field(`network.${name}`)}
    />
  )
  const choice = (name: 'skipNegotiation' | 'allowQueryToken', label: string) => (
    <Select
      label={label}
      allowDeselect={false}
      data={[
        { value: 'inherited', label: `Inherited: ${general[name] ? 'yes' : 'no'}` },
        { value: 'yes', label: 'Yes' },
        { value: 'no', label: 'No' },
      ]}
      {...field(`network.${name}`)}
    />
  )
  const skips = own.skipNegotiation === 'inherited' ? general.skipNegotiation : own.skipNegotiation === 'yes'
  const used = own.transports ?? general.transports
  return (
    <fieldset className={`${css.webhooks} ${css.network}`} aria-label="Network of its own">
      <legend>Network</legend>
      <p>{hasOwn(own) ? 'Settings of its own' : 'Inherited from the settings'}</p>
      {open ? null : <SmallButton onClick={() => setUnfolded(true)}>Show</SmallButton>}
      {open ? (
        <>
          {text('proxy', 'Proxy', general.proxy || 'what the environment says')}
          {text('caFile', 'Certificate authorities', general.caFile || "the system's only")}
          <div className={css.formRow}>
            {text('clientCert', 'Client certificate', general.clientCert || 'none')}
            {text('clientKey', 'Its key', general.clientKey || 'none')}
          </div>
          <div className={css.formRow}>
            {choice('skipNegotiation', 'Open WebSockets at once')}
            {choice('allowQueryToken', "Allow a key in a hub's address")}
          </div>
          <p>{own.transports ? 'Transports of its own' : 'Transports, inherited'}</p>
          {TRANSPORTS.map(([name, label]) => (
            <Switch
              key={name}
              label={label}
              disabled={skips}
              checked={skips ? name === 'WebSockets' : used.includes(name)}
              onChange={(event) =>
                onTransports(
                  event.currentTarget.checked
                    ? preferred([...used, name])
                    : used.filter((one) => one !== name),
                )
              }
            />
          ))}
          {wrong ? (
            <p className={css.formError} role="alert">
              {wrong}
            </p>
          ) : null}
          {own.transports ? (
            <SmallButton onClick={() => onTransports(null)}>Inherit the transports</SmallButton>
          ) : null}
        </>
      ) : null}
    </fieldset>
  )
}
