import { Menu, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import type { AlertLine } from '../../bridge/types'
import { SmallButton } from '../../ui/controls'
import css from './alerts.module.css'

/** What can be done about an alert: acknowledge, with or without a note, and snooze. */
export function AlertDeeds({ alert }: { alert: AlertLine }) {
  const act = useAct()
  const [noting, setNoting] = useState(false)
  const [note, setNote] = useState('')
  const snoozed = alert.snoozedTo > Date.now()
  if (noting) {
    return (
      <form
        className={css.noting}
        onSubmit={(event) => {
          event.preventDefault()
          setNoting(false)
          void act((b) => b.Alerts.Acknowledge(alert.id, note.trim()))
        }}
      >
        <Textarea
          label="Note"
          rows={3}
          maxLength={500}
          data-autofocus
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <div className={css.notingButtons}>
          <SmallButton onClick={() => setNoting(false)}>Cancel</SmallButton>
          <SmallButton type="submit">Acknowledge with this note</SmallButton>
        </div>
      </form>
    )
  }
  return (
    <>
      {alert.acked ? (
        <SmallButton onClick={() => void act((b) => b.Alerts.Unacknowledge(alert.id))}>
          Take back acknowledgement
        </SmallButton>
      ) : (
        <>
          <SmallButton onClick={() => void act((b) => b.Alerts.Acknowledge(alert.id, ''))}>
            Acknowledge
          </SmallButton>
          <SmallButton onClick={() => setNoting(true)}>…with a note</SmallButton>
        </>
      )}
      {snoozed ? (
        <SmallButton onClick={() => void act((b) => b.Alerts.Unsnooze(alert.id))}>End snooze</SmallButton>
      ) : (
        <SnoozeMenu id={alert.id} severity={alert.severity} />
      )}
    </>
  )
}

function SnoozeMenu({ id, severity }: { id: string; severity: string }) {
  const act = useAct()
  // A snoozed warning does not cover its later critical, unless that was chosen.
  const critical = severity === 'critical'
  const choices = [
    ['15 min', 15],
    ['1 hour', 60],
    ['4 hours', 240],
    ['1 day', 1440],
  ] as const
  return (
    <Menu position="top-start">
      <Menu.Target>
        <SmallButton aria-haspopup="menu">Snooze</SmallButton>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map(([name, minutes]) => (
          <Menu.Item key={minutes} onClick={() => void act((b) => b.Alerts.Snooze(id, minutes, critical))}>
            {name}
          </Menu.Item>
        ))}
        {critical ? null : (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => void act((b) => b.Alerts.Snooze(id, 60, true))}>
              1 hour, also if it becomes critical
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
