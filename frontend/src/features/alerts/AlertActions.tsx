import { Menu } from '@mantine/core'
import { useAct } from '../../bridge/act'
import type { AlertLine } from '../../bridge/types'
import { useDraft } from '../../lib/drafts'
import { now } from '../../lib/time'
import { WriteArea } from '../../live/WriteArea'
import { SmallButton } from '../../ui/controls'
import { EVERYTHING, HOW_LONG, inMinutes, useMuteAct } from '../mutes'
import css from './alerts.module.css'
import { NoteField } from './NoteField'

/** What can be done about an alert: acknowledge, with or without a note, and snooze. */
export function AlertActions({ alert }: { alert: AlertLine }) {
  return (
    <WriteArea>
      <Actions key={alert.id} alert={alert} />
    </WriteArea>
  )
}

function Actions({ alert }: { alert: AlertLine }) {
  const act = useAct()
  // A note that is not finished waits with its alert, whatever is opened meanwhile.
  const [note, setNote] = useDraft<string>(`note:${alert.id}`)
  const snoozed = alert.silencedUntil > now()
  if (note !== null) {
    return (
      <form
        className={css.noting}
        onSubmit={(event) => {
          event.preventDefault()
          setNote(null)
          void act((b) => b.Alerts.Acknowledge(alert.id, note.trim()))
        }}
      >
        <NoteField label="Note" rows={3} value={note} onChange={setNote} onLeave={() => setNote(null)} />
        <div className={css.notingButtons}>
          <SmallButton onClick={() => setNote(null)}>Cancel</SmallButton>
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
          <SmallButton onClick={() => setNote('')}>…with a note</SmallButton>
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
