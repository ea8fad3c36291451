import { Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { fullTime } from '../../lib/format'
import { type Moment, momentOf } from '../../lib/moment'
import { now } from '../../lib/time'
import { SmallButton } from '../../ui/controls'
import css from './mutes.module.css'
import { useMuteAct } from './queries'
import { scopeOf } from './scopes'

const FORM = 'Such as 2026-12-01 22:00, or 22:00 alone'
const WEEK = 7 * 24 * 3_600_000

/** Plans a time in which nobody is told of what is chosen above. */
export function MaintenanceForm({ what }: { what: string }) {
  const act = useMuteAct()
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [weekly, setWeekly] = useState(false)
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const begin = read(from, now())
  const end = checked(begin, read(to, begin && 'at' in begin ? begin.at : now()), weekly)
  const missing =
    begin === null || end === null
      ? `It needs ${begin === null ? (end === null ? 'a beginning and an end' : 'a beginning') : 'an end'}.`
      : 'wrong' in begin || 'wrong' in end
        ? 'Its times cannot be used as they are.'
        : ''
  const plan = async () => {
    if (busy || !begin || !end || 'wrong' in begin || 'wrong' in end) return
    setBusy(true)
    const window = { id: '', scope: scopeOf(what), from: begin.at, to: end.at, weekly, note: note.trim() }
    const done = await act((b) => b.Alerts.AddMaintenance(window), 'Planned.')
    setBusy(false)
    if (!done) return
    // What is planned stands in the list below: the form is for another one.
    setFrom('')
    setTo('')
    setNote('')
    setWeekly(false)
  }
  return (
    <fieldset className={css.form} aria-label="Maintenance">
      <div className={css.row}>
        <MomentInput label="Maintenance from" typed={from} read={begin} onChange={setFrom} />
        <MomentInput label="To" typed={to} read={end} onChange={setTo} />
      </div>
      <TextInput
        label="Note"
        maxLength={200}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <div className={css.buttons}>
        <Switch
          label="Each week"
          checked={weekly}
          onChange={(event) => setWeekly(event.currentTarget.checked)}
        />
        <SmallButton why={missing || (busy ? 'It is being planned.' : undefined)} onClick={() => void plan()}>
          Plan maintenance
        </SmallButton>
        {missing ? <span className="faint">{missing}</span> : null}
      </div>
    </fieldset>
  )
}

/** What was typed; null while nothing is. */
function read(typed: string, after: number): Moment | null {
  return typed.trim() === '' ? null : momentOf(typed, after)
}

/** An end, with what is wrong with it beside its beginning. */
function checked(begin: Moment | null, end: Moment | null, weekly: boolean): Moment | null {
  if (!end || 'wrong' in end) return end
  if (begin && 'at' in begin) {
    if (end.at <= begin.at) return { wrong: 'It ends before it begins.' }
    if (weekly && end.at - begin.at >= WEEK) return { wrong: 'One of each week is shorter than a week.' }
  }
  return !weekly && end.at <= now() ? { wrong: 'That is over already.' } : end
}

/** A moment, typed; below it how it was understood, or what is wrong with it once it is left. */
function MomentInput({
  label,
  typed,
  read,
  onChange,
}: {
  label: string
  typed: string
  read: Moment | null
  onChange: (typed: string) => void
}) {
  const [typing, setTyping] = useState(false)
  const wrong = read && 'wrong' in read && !typing ? read.wrong : undefined
  return (
    <TextInput
      label={label}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      description={read && 'at' in read ? fullTime(read.at) : wrong ? undefined : FORM}
      error={wrong}
      autoComplete="off"
      value={typed}
      onFocus={() => setTyping(true)}
      onBlur={() => setTyping(false)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
