import { notifications } from '@mantine/notifications'
import { createContext, type ReactNode, useState } from 'react'
import { useAct } from '../../bridge/act'
import { plural } from '../../lib/format'
import { useFrozen } from '../../live/replay'
import { liveStore } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { Said } from '../../ui/text'
import css from './alerts.module.css'
import { NoteField } from './NoteField'

/** Which alerts are selected; null while none are being selected. */
export const SelectionContext = createContext<{
  ids: ReadonlySet<string>
  toggle: (id: string) => void
} | null>(null)

/** How long an acknowledgement can be taken back, ms. */
const UNDO_MS = 10_000

/** Says what was acknowledged, and lets it be taken back for a while. */
function sayAcknowledged(title: ReactNode, done: readonly string[], act: ReturnType<typeof useAct>): void {
  const undo = () => {
    notifications.hide(shown)
    void act((b) => Promise.all(done.map((id) => b.Alerts.Unacknowledge(id))), 'Taken back.')
  }
  const shown = notifications.show({
    title,
    message: done.length > 0 ? <SmallButton onClick={undo}>Undo</SmallButton> : 'They were before.',
    autoClose: UNDO_MS,
  })
}

/** Snoozes one alert for an hour: it is named, and can be taken back. */
function useSnooze(): (id: string) => Promise<void> {
  const act = useAct()
  return async (id) => {
    const alert = liveStore.getState().live.alerts[id]
    if (!alert || alert.status === 'resolved') return
    if (!(await act((b) => b.Alerts.Silence(id, 60, false)))) return
    const undo = () => {
      notifications.hide(shown)
      void act((b) => b.Alerts.ExpireSilence(id), 'Taken back.')
    }
    const shown = notifications.show({
      title: (
        <>
          Snoozed for an hour: <Said>{alert.title}</Said>
        </>
      ),
      message: <SmallButton onClick={undo}>Undo</SmallButton>,
      autoClose: UNDO_MS,
    })
  }
}

/** What the keys of an alert do, to the focused row or to the alert whose panel is open. */
export function useAlertKeys(): (key: string, id: string) => void {
  const frozen = useFrozen()
  const acknowledge = useAcknowledge()
  const snooze = useSnooze()
  return (key, id) => {
    if (frozen) return
    if (key === 'a') void acknowledge(id)
    if (key === 's') void snooze(id)
  }
}

/** Acknowledges one alert that no panel is open of, as by a key in the list: it is named, and can be taken back. */
function useAcknowledge(): (id: string) => Promise<void> {
  const act = useAct()
  return async (id) => {
    const alert = liveStore.getState().live.alerts[id]
    if (!alert || alert.acked) return
    if (!(await act((b) => b.Alerts.Acknowledge(id, '')))) return
    sayAcknowledged(
      <>
        Acknowledged: <Said>{alert.title}</Said>
      </>,
      [id],
      act,
    )
  }
}

/** Acknowledges what is selected, or all that is shown, with a note; it can be taken back for a while. */
export function AcknowledgeForm({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const act = useAct()
  const [note, setNote] = useState('')
  const acknowledge = async () => {
    let done: string[] = []
    const ok = await act(async (b) => {
      done = await b.Alerts.AcknowledgeEach([...ids], note.trim())
    })
    if (!ok) return
    onClose()
    sayAcknowledged(`${plural(done.length, 'alert')} acknowledged.`, done, act)
  }
  return (
    <form
      className={css.noting}
      aria-label="Acknowledge several"
      onSubmit={(event) => {
        event.preventDefault()
        void acknowledge()
      }}
    >
      <NoteField
        label={`Note for ${plural(ids.length, 'alert')}`}
        rows={2}
        value={note}
        onChange={setNote}
        onLeave={onClose}
      />
      <div className={css.notingButtons}>
        <SmallButton onClick={onClose}>Cancel</SmallButton>
        <SmallButton type="submit">Acknowledge these</SmallButton>
      </div>
    </form>
  )
}
