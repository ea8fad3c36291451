import { Menu, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useAct } from '../../bridge/act'
import { useDecisions } from '../../bridge/queries'
import type { AlertLine } from '../../bridge/types'
import { clock, duration, percent, plural } from '../../lib/format'
import { go, type Page } from '../../lib/route'
import { useLive } from '../../live/store'
import { SmallButton, Tag } from '../../ui/controls'
import { EmptyMessage } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { Facts, Part, SidePanel } from '../../ui/SidePanel'
import { Clock, TimeAgo } from '../../ui/text'
import { severityShape, severityWord } from '../../ui/things'
import { changeWords } from '../changes/words'
import css from './alerts.module.css'
import { categoryWord, reasonWords } from './words'

/** One alert: what, since when, why it was told or not, and what can be done. */
export function AlertPanel({ id }: { id: string }) {
  const alert = useLive((live) => live.alerts[id])
  const close = () => go('alerts')
  if (!alert) {
    return (
      <SidePanel label="Alert" title="Alert" onClose={close}>
        <EmptyMessage title="This alert is gone.">What is over leaves the list after a while.</EmptyMessage>
      </SidePanel>
    )
  }
  return (
    <SidePanel
      label={`Alert ${alert.title}`}
      title={
        <span className={css.panelTitle}>
          <Shape of={alert.status === 'resolved' ? 'ok' : severityShape(alert.severity)} size={16} label="" />
          <bdi>{alert.title}</bdi>
        </span>
      }
      onClose={close}
      actions={alert.status === 'resolved' ? null : <Deeds alert={alert} />}
    >
      <p className={css.text}>
        <bdi>{alert.body}</bdi>
      </p>
      <AlertFacts alert={alert} />
      <Around alert={alert} />
      <Part title="Told or held back, and why">
        <Trace alert={alert} />
      </Part>
    </SidePanel>
  )
}

function AlertFacts({ alert }: { alert: AlertLine }) {
  const page = pageOf(alert)
  return (
    <Facts
      rows={[
        ['Severity', severityWord(alert.severity)],
        ['Kind', `${categoryWord(alert.category)} · ${alert.rule}`],
        [
          'State',
          <span key="state" className={css.tags}>
            {alert.status}
            {alert.flapping ? <Tag tone="warning">unstable</Tag> : null}
            {alert.stale ? <Tag>no fresh data</Tag> : null}
            {alert.trust ? (
              <Tag tone={alert.trust === 'verified' ? 'ok' : 'warning'}>{alert.trust}</Tag>
            ) : null}
          </span>,
        ],
        ['Began', <Clock key="since" at={alert.since} />],
        alert.endedAt > 0
          ? ['Lasted', duration(alert.endedAt - alert.since)]
          : ['Last looked at', <TimeAgo key="updated" at={alert.updatedAt} />],
        alert.value >= 0 && alert.category === 'spend' ? ['Used', percent(alert.value)] : null,
        alert.count > 1 ? ['Came back', `${plural(alert.count, 'time')} in this life`] : null,
        alert.inhibited ? ['Held back by', <bdi key="inhibited">{alert.inhibited}</bdi>] : null,
        alert.acked ? ['Acknowledged', <bdi key="note">{alert.ackNote || 'without a note'}</bdi>] : null,
        alert.snoozedTo > Date.now() ? ['Snoozed until', clock(alert.snoozedTo)] : null,
        page
          ? [
              'About',
              <a
                key="about"
                href={`#/${page}`}
                onClick={(event) => (event.preventDefault(), go(page, `${alert.gateway}/${alert.entity}`))}
              >
                {alert.entityKind} <bdi>{alert.entity}</bdi>
              </a>,
            ]
          : ['About', `${alert.entityKind} ${alert.entity}`],
      ]}
    />
  )
}

function pageOf(alert: AlertLine): Page | null {
  switch (alert.entityKind) {
    case 'key':
      return 'spend'
    case 'provider':
      return 'providers'
    case 'task':
      return 'tasks'
    default:
      return null
  }
}

/** How far around its beginning changes count as "what changed", ms. */
const AROUND_MS = 15 * 60_000

function Around({ alert }: { alert: AlertLine }) {
  const changes = useLive(
    useShallow((live) =>
      Object.values(live.changes)
        .filter((change) => change.gateway === alert.gateway && Math.abs(change.at - alert.since) < AROUND_MS)
        .sort((a, b) => b.at - a.at)
        .slice(0, 4),
    ),
  )
  if (changes.length === 0) return null
  return (
    <Part title="What changed around then">
      <ul className={css.trace}>
        {changes.map((change) => (
          <li key={change.id}>
            <span className="faint">
              <Clock at={change.at} />
            </span>
            <span>
              <bdi>{change.name || change.subject}</bdi>
              <small>{changeWords(change)}</small>
            </span>
          </li>
        ))}
      </ul>
    </Part>
  )
}

function Trace({ alert }: { alert: AlertLine }) {
  const trace = useDecisions(alert.id, alert.toldAt + alert.snoozedTo + (alert.acked ? 1 : 0))
  if (trace.isError || (trace.data && trace.data.length === 0)) {
    // Without recorded decisions the alert itself still says the last one.
    return (
      <p className="dim">
        {reasonWords(alert.told)}
        {alert.toldAt > 0 ? ` at ${clock(alert.toldAt)}` : ''}.
      </p>
    )
  }
  return (
    <ol className={css.trace}>
      {(trace.data ?? []).map((step) => (
        <li key={`${step.at} ${step.reason}`}>
          <span className="faint">
            <Clock at={step.at} />
          </span>
          <span>
            {reasonWords(step.reason)} <Tag tone={step.told ? 'ok' : 'plain'}>{step.status}</Tag>
            {step.text ? (
              <small>
                <bdi>{step.text}</bdi>
              </small>
            ) : null}
          </span>
        </li>
      ))}
    </ol>
  )
}

function Deeds({ alert }: { alert: AlertLine }) {
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
          autosize
          minRows={2}
          maxRows={5}
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
