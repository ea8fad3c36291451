import { Menu } from '@mantine/core'
import { type ReactElement, useState } from 'react'
import { useAct } from '../bridge/act'
import type { Gateway } from '../bridge/types'
import { inMinutes, loadMutes, tomorrowMorning, useMutes } from '../features/mutes'
import { go } from '../lib/route'
import { setScope } from '../live/scope'
import { gatewayColour } from '../ui/colours'
import { shows } from '../ui/Fact'
import { useLoaded } from '../ui/useLoaded'
import css from './TopBar.module.css'

/** Which gateway is looked at. */
export function GatewayMenu({ target, gateways }: { target: ReactElement; gateways: readonly Gateway[] }) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => setScope('')}>All gateways</Menu.Item>
        {gateways.map((gateway) => (
          <Menu.Item
            key={gateway.id}
            leftSection={<i className={css.dot} style={{ background: gatewayColour(gateway.colour) }} />}
            rightSection={gateway.production ? <span className={css.production}>production</span> : null}
            onClick={() => setScope(gateway.id)}
          >
            <bdi {...shows('name')}>{gateway.label}</bdi>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => go('connections')}>Connections…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const MUTES = [
  ['15 min', 15],
  ['1 hour', 60],
] as const

/** For how long notifications are muted; until is the time of day at which they come back, null if they are not muted. */
export function MuteMenu({ target, until }: { target: ReactElement; until: string | null }) {
  const act = useAct()
  const [open, setOpen] = useState(false)
  const dialog = useLoaded(loadMutes, open)
  // Of everything is said above; this is what is muted in part.
  const parts = (useMutes().data ?? []).filter((one) => Object.values(one.scope).some((part) => part !== ''))
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>{target}</Menu.Target>
        <Menu.Dropdown>
          {until !== null ? (
            <>
              <Menu.Label {...shows('mute.until')}>{`Muted until ${until}`}</Menu.Label>
              <Menu.Item onClick={() => void act((b) => b.Alerts.ExpireSilenceAll())}>Unmute</Menu.Item>
              <Menu.Divider />
            </>
          ) : null}
          <Menu.Label>Mute notifications for</Menu.Label>
          {MUTES.map(([name, minutes]) => (
            <Menu.Item
              key={minutes}
              onClick={() => void act((b) => b.Alerts.SilenceAll(inMinutes(minutes), false))}
            >
              {name}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => void act((b) => b.Alerts.SilenceAll(tomorrowMorning(new Date()), false))}>
            Until tomorrow 09:00
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => void act((b) => b.Alerts.SilenceAll(inMinutes(60), true))}>
            1 hour, also critical alerts
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => setOpen(true)}>
            {parts.length > 0 ? `Muted in part: ${parts.length}…` : 'Mute in part, or plan maintenance…'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open && dialog ? <dialog.MutesDialog onClose={() => setOpen(false)} /> : null}
    </>
  )
}
