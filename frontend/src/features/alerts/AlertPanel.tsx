import { useEffect, useEffectEvent } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useDecisions } from '../../bridge/queries'
import type { AlertLine } from '../../bridge/types'
import { clock, duration, percent, plural } from '../../lib/format'
import { go, pathTo } from '../../lib/route'
import { now } from '../../lib/time'
import { useLive } from '../../live/store'
import { SmallButton, Tag } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { severityShape, severityWord } from '../../ui/labels'
import { EmptyMessage } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { DetailList, DetailSection, SidePanel } from '../../ui/SidePanel'
import { Clock, Said, TimeAgo } from '../../ui/text'
import { ExportButton, ofIncident } from '../export'
import { AlertActions } from './AlertActions'
import css from './alerts.module.css'
import { CausesOf } from './CausesOf'
import { categoryWord, reasonWords, stateWords, toldTag } from './labels'
import { useAlertKeys } from './selection'
import { aboutOf, thingOf } from './thing'

/** Later than any time: what ends by itself alone. */
const NO_TIME = Date.UTC(3000, 0)

/** One alert: what, since when, why it was told or not, and what can be done. */
export function AlertPanel({ id }: { id: string }) {
  const alert = useLive((live) => live.alerts[id])
  const close = () => go('alerts')
  useOpenedKeys(id)
  if (!alert) {
    return (
      <SidePanel label="Alert" title="Alert" onClose={close}>
        <EmptyMessage
          title="This alert is gone."
          actions={<SmallButton onClick={() => go('incidents', id)}>Look in the history</SmallButton>}
        >
          What is over leaves the list after a while. The history may have it.
        </EmptyMessage>
      </SidePanel>
    )
  }
  return (
    <SidePanel
      label={`Alert ${alert.title}`}
      title={
        <span className={css.panelTitle}>
          <Shape of={alert.status === 'resolved' ? 'ok' : severityShape(alert.severity)} size={16} label="" />
          <Said {...shows('alert.title', id)}>{alert.title}</Said>
        </span>
      }
      onClose={close}
      actions={alert.status === 'resolved' ? null : <AlertActions alert={alert} />}
    >
      <p className={css.text}>
        <Said {...shows('alert.body', id)}>{alert.body}</Said>
      </p>
      <p className={css.onward}>
        <SmallButton onClick={() => go('incidents', alert.id)}>Whole story</SmallButton>
        <ExportButton what={ofIncident(alert.id)} />
      </p>
      <AlertFacts alert={alert} />
      <Evidence alert={alert} />
      <CausesOf alert={alert} />
      <DetailSection title="Told or held back, and why">
        <Trace alert={alert} />
      </DetailSection>
    </SidePanel>
  )
}

/** The keys of a row work for what is open, wherever the focus is: its row may be in another list. */
function useOpenedKeys(id: string): void {
  const press = useEffectEvent(useAlertKeys())
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      const at = event.target as HTMLElement | null
      if (at?.closest?.('[data-index], input, textarea, select, [role="dialog"], [role="menu"]')) return
      press(event.key.toLowerCase(), id)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [id])
}

/** What it rests on, to be checked, and what would end it or ended it. */
function Evidence({ alert }: { alert: AlertLine }) {
  const seen = alert.evidence.split('\n').filter((line) => line !== '')
  if (seen.length === 0 && !alert.ends) return null
  return (
    <DetailSection title="What it rests on">
      <ul className={css.evidence} {...shows('alert.evidence', alert.id)}>
        {seen.map((line) => (
          <li key={line}>
            <Said>{line}</Said>
          </li>
        ))}
      </ul>
      {alert.ends ? (
        <p className={css.ends} {...shows('alert.ends', alert.id)}>
          {alert.ends}
        </p>
      ) : null}
    </DetailSection>
  )
}

function AlertFacts({ alert }: { alert: AlertLine }) {
  const thing = thingOf(alert)
  const about = useLive(useShallow((live) => aboutOf(live, alert)))
  return (
    <DetailList
      rows={[
        ['Severity', severityWord(alert.severity), shows('alert.severity', alert.id)],
        ['Kind', `${categoryWord(alert.category)} · ${alert.rule}`, shows('alert.kind', alert.id)],
        [
          'State',
          <span key="state" className={css.tags}>
            {stateWords(alert)}
            {alert.flapping ? <Tag tone="warning">unstable</Tag> : null}
            {alert.stale ? <Tag>no fresh data</Tag> : null}
            {alert.trust ? (
              <Tag tone={alert.trust === 'verified' ? 'ok' : 'warning'}>{alert.trust}</Tag>
            ) : null}
          </span>,
          shows('alert.state', alert.id),
        ],
        ['Began', <Clock key="since" at={alert.since} fact="alert.since" of={alert.id} />],
        alert.endedAt > 0
          ? ['Lasted', duration(alert.endedAt - alert.since), shows('alert.lasted', alert.id)]
          : [
              'Last looked at',
              <TimeAgo key="updated" at={alert.updatedAt} fact="alert.updatedAt" of={alert.id} />,
            ],
        alert.value >= 0 && alert.rule.startsWith('budget.')
          ? ['Used', percent(alert.value), shows('alert.used', alert.id)]
          : null,
        alert.count > 1
          ? ['Happened', `${plural(alert.count, 'time')} since it began`, shows('alert.count', alert.id)]
          : null,
        alert.inhibitedBy
          ? [
              'Held back by',
              <bdi key="inhibited">{alert.inhibitedBy}</bdi>,
              shows('alert.inhibitedBy', alert.id),
            ]
          : null,
        alert.acked ? ['Acknowledged', <bdi key="note">{alert.ackNote || 'without a note'}</bdi>] : null,
        alert.mutedUntil > now()
          ? ['Muted until', clock(alert.mutedUntil), shows('alert.mutedUntil', alert.id)]
          : null,
        alert.silencedUntil > now()
          ? [
              'Snoozed until',
              alert.silencedUntil > NO_TIME ? 'it is over' : clock(alert.silencedUntil),
              shows('alert.silencedUntil', alert.id),
            ]
          : null,
        thing
          ? [
              'About',
              <a key="about" href={`#${pathTo(thing.page, thing.open)}`}>
                {about.noun} <bdi>{about.name}</bdi>
              </a>,
              shows('alert.about', alert.id),
            ]
          : ['About', `${about.noun} ${about.name}`, shows('alert.about', alert.id)],
      ]}
    />
  )
}

function Trace({ alert }: { alert: AlertLine }) {
  const trace = useDecisions(alert.id, alert.notifyDecidedAt + alert.silencedUntil + (alert.acked ? 1 : 0))
  if (trace.isError || (trace.data && trace.data.length === 0)) {
    // Without recorded decisions the alert itself still says the last one.
    return (
      <p className="dim" {...shows('alert.told', alert.id)}>
        {reasonWords(alert.notifyReason)}
        {alert.notifyDecidedAt > 0 ? ` at ${clock(alert.notifyDecidedAt)}` : ''}.
      </p>
    )
  }
  return (
    <ol className={css.trace}>
      {(trace.data ?? []).map((step) => (
        <li key={`${step.at} ${step.reason}`}>
          <span className="faint">
            <Clock at={step.at} fact="decision.at" of={alert.id} />
          </span>
          <span {...shows('decision.words', alert.id)}>
            {step.words} <Tag tone={step.notified ? 'ok' : 'plain'}>{toldTag(step)}</Tag>
            {step.text ? (
              <small>
                <Said>{step.text}</Said>
              </small>
            ) : null}
          </span>
        </li>
      ))}
    </ol>
  )
}
