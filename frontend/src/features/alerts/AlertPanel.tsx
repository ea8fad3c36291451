import { useShallow } from 'zustand/react/shallow'
import { useDecisions } from '../../bridge/queries'
import type { AlertLine } from '../../bridge/types'
import { clock, duration, percent, plural } from '../../lib/format'
import { go, type Page, pathTo } from '../../lib/route'
import { useLive } from '../../live/store'
import { Tag } from '../../ui/controls'
import { EmptyMessage } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { Facts, Part, SidePanel } from '../../ui/SidePanel'
import { Clock, TimeAgo } from '../../ui/text'
import { severityShape, severityWord } from '../../ui/things'
import { changeWords } from '../changes/words'
import { GROUP } from '../spend/budget'
import { AlertDeeds } from './AlertDeeds'
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
      actions={alert.status === 'resolved' ? null : <AlertDeeds alert={alert} />}
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
              <a key="about" href={`#${pathTo(page, openOf(alert))}`}>
                {alert.entityKind} <bdi>{alert.entity}</bdi>
              </a>,
            ]
          : ['About', `${alert.entityKind} ${alert.entity}`],
      ]}
    />
  )
}

/** What the page opens: the thing that the alert is about. */
function openOf(alert: AlertLine): string {
  const id = `${alert.gateway}/${alert.entity}`
  return alert.entityKind === 'group' ? GROUP + id : id
}

function pageOf(alert: AlertLine): Page | null {
  switch (alert.entityKind) {
    case 'key':
    case 'group':
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
