import { Menu, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import type { AlertLine } from '../../bridge/types'
import { now } from '../../lib/time'
import { WriteArea } from '../../live/WriteArea'
import { SmallButton } from '../../ui/controls'
import { EVERYTHING, HOW_LONG, inMinutes, useMuteAct } from '../mutes'
import css from './alerts.module.css'

/** What can be done about an alert: acknowledge, with or without a note, and snooze. */
export function AlertActions({ alert }: { alert: AlertLine }) {
  return (
    <WriteArea>
      <Actions alert={alert} />
    </WriteArea>
  )
}

function Actions({ alert }: { alert: AlertLine }) {
  const act = useAct()
  const [noting, setNoting] = useState(false)
  const [note, setNote] = useState('')
  const snoozed = alert.silencedUntil > now()
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
          autoFocus
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
      {alert.habit ? <NormalButton id={alert.id} /> : null}
      {snoozed ? (
        <SmallButton onClick={() => void act((b) => b.Alerts.ExpireSilence(alert.id))}>
          End snooze
        </SmallButton>
      ) : (
        <SnoozeMenu id={alert.id} severity={alert.severity} />
      )}
    </>
  )
}

/** What is unusual is called normal for good, until that is taken back among what is muted. */
function NormalButton({ id }: { id: string }) {
  const act = useMuteAct()
  return (
    <SmallButton
      onClick={() =>
        void act(
          (b) => b.Alerts.CallNormal(id),
          'Remembered as normal. It is told again if it becomes half as much again. Undo it under Mute, Called normal.',
        )
      }
    >
      This is normal
    </SmallButton>
  )
}

function SnoozeMenu({ id, severity }: { id: string; severity: string }) {
  const act = useAct()
  // A snoozed warning does not cover its later critical, unless that was chosen.
  const critical = severity === 'critical'
  const scope = { ...EVERYTHING, alert: id }
  return (
    <Menu position="top-start">
      <Menu.Target>
        <SmallButton aria-haspopup="menu">Snooze</SmallButton>
      </Menu.Target>
      <Menu.Dropdown>
        {HOW_LONG.map(([name, until]) => (
          <Menu.Item key={name} onClick={() => void act((b) => b.Alerts.Mute(scope, until(), critical))}>
            {name}
          </Menu.Item>
        ))}
        {critical ? null : (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => void act((b) => b.Alerts.Mute(scope, inMinutes(60), true))}>
              1 hour, also if it becomes critical
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
