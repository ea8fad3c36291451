import { type ReactNode, useMemo, useState } from 'react'
import { useIncident } from '../../bridge/queries'
import type { IncidentAlert, IncidentStep, IncidentView } from '../../bridge/types'
import { duration } from '../../lib/format'
import { go } from '../../lib/route'
import { useNow } from '../../lib/time'
import { seek, useReplay } from '../../live/replay'
import { useLive } from '../../live/store'
import { Segments, SmallButton, Tag } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { severityShape, severityWord } from '../../ui/labels'
import { PageFrame } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Panel, Skeleton } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { DetailList } from '../../ui/SidePanel'
import { Clock, Said } from '../../ui/text'
import { categoryWord, stateWords, thingOf, toldTag } from '../alerts'
import { ExportButton, ofIncident } from '../export'
import { ReplayButton } from '../replay'
import { AroundIt } from './AroundIt'
import { IncidentCharts } from './IncidentCharts'
import css from './incidents.module.css'
import { toldWords } from './words'

/** Everything that is kept of one incident, on one page. */
export function IncidentStory({ id }: { id: string }) {
  const past = useReplay(({ on }) => on)
  const found = useIncident(id, past)
  const back = <SmallButton onClick={() => go('incidents')}>All incidents</SmallButton>
  if (!found.data) {
    return (
      <PageFrame>
        <PageHeader title="Incident" actions={back} />
        {found.error ? (
          <EmptyMessage title="This incident is not known.">{found.error.message}</EmptyMessage>
        ) : (
          <Skeleton lines={8} />
        )}
      </PageFrame>
    )
  }
  return <Story view={found.data} back={back} />
}

/** The longest that what is kept of a moment is older than it, ms: until then it is not shown that something began. */
const STEP_MS = 2000

/** The first moment at which there is something to see of an incident. */
function seenFrom(view: IncidentView): number {
  return (view.steps.find((step) => step.words === 'Began')?.at ?? view.since) + STEP_MS
}

function Story({ view, back }: { view: IncidentView; back: ReactNode }) {
  const over = view.endedAt > 0
  const before = useReplay(({ on, moment }) => on && moment !== null && moment.at < view.since)
  if (before) return <NotYet view={view} back={back} />
  return (
    <PageFrame scroll>
      <PageHeader
        title={<Said {...shows('alert.title', view.id)}>{view.title}</Said>}
        actions={
          <>
            {back}
            <ReplayButton at={seenFrom(view)} />
            <ExportButton what={ofIncident(view.id)} />
          </>
        }
      >
        {`${severityWord(view.severity)}, ${over ? 'over' : 'still open'}`}
      </PageHeader>
      <div className={css.columns}>
        <Panel title="In short">
          <InShort view={view} />
        </Panel>
        <Panel title="Alerts of it">
          {view.of.length === 0 ? (
            <EmptyMessage title="None of its alerts is kept.">
              What is older than the history keeps is gone.
            </EmptyMessage>
          ) : (
            <ul className={css.alerts}>
              {view.of.map((alert) => (
                <OneAlert key={`${alert.id} ${alert.since}`} of={alert} gateway={view.gateway} />
              ))}
            </ul>
          )}
        </Panel>
      </div>
      <IncidentCharts view={view} />
      <Steps view={view} />
      <AroundIt view={view} />
    </PageFrame>
  )
}

/** Stands for an incident that had not begun at the time that is replayed. */
function NotYet({ view, back }: { view: IncidentView; back: ReactNode }) {
  return (
    <PageFrame>
      <PageHeader title="Incident" actions={back} />
      <EmptyMessage
        title="It had not begun then."
        actions={
          <SmallButton onClick={() => seek(view.since + STEP_MS)}>
            Go to <Clock at={view.since} fact="incident.since" of={view.id} />
          </SmallButton>
        }
      >
        Let the time pass, or go to where it began.
      </EmptyMessage>
    </PageFrame>
  )
}

function InShort({ view }: { view: IncidentView }) {
  const now = useNow(1000)
  const gateway = useLive((live) => live.gateways[view.gateway]?.label ?? view.gateway)
  const over = view.endedAt > 0
  const notes = view.of.filter((alert) => alert.acked)
  const end = over ? view.endedAt : Math.max(now, view.since)
  const { id } = view
  return (
    <DetailList
      rows={[
        ['Severity', severityWord(view.severity)],
        ['Kind', categoryWord(view.category)],
        ['Gateway', <bdi key="g">{gateway}</bdi>],
        ['Began', <Clock key="s" at={view.since} fact="incident.since" of={id} />],
        over
          ? ['Ended', <Clock key="e" at={view.endedAt} fact="incident.endedAt" of={id} />]
          : ['Ended', 'not yet'],
        [over ? 'Lasted' : 'Lasts', duration(end - view.since), shows('incident.lasted', id)],
        ['You were told', toldWords(view), shows('incident.told', id)],
        [
          'Acknowledged',
          notes.length === 0 ? (
            'no'
          ) : (
            <bdi key="n">{notes.map((alert) => alert.ackNote || 'without a note').join('; ')}</bdi>
          ),
        ],
      ]}
    />
  )
}

function OneAlert({ of: alert, gateway }: { of: IncidentAlert; gateway: string }) {
  const over = alert.endedAt > 0
  const thing = thingOf({ ...alert, gateway })
  return (
    <li>
      <Shape
        of={over ? 'ok' : severityShape(alert.severity)}
        label={over ? 'Over' : severityWord(alert.severity)}
      />
      <div>
        <Said {...shows('alert.title', alert.id)}>{alert.title}</Said>
        <p className={css.body}>
          <Said {...shows('alert.body', alert.id)}>{alert.body}</Said>
        </p>
        <p className={css.links}>
          <Tag>{stateWords(alert)}</Tag>
          {thing ? (
            <SmallButton onClick={() => go(thing.page, thing.open)}>Open what it is about</SmallButton>
          ) : null}
          <SmallButton onClick={() => go('alerts', alert.id)}>Open the alert</SmallButton>
        </p>
      </div>
    </li>
  )
}

type Which = 'all' | 'alerts' | 'told'

/** What happened and what was decided, in order of time. */
function Steps({ view }: { view: IncidentView }) {
  const [which, setWhich] = useState<Which>('all')
  const past = useReplay(({ on }) => on)
  const steps = useMemo(
    () => view.steps.filter((step) => which === 'all' || (which === 'told') === step.decision),
    [view.steps, which],
  )
  return (
    <Panel
      title="Time line"
      aside={
        <Segments
          label="Which steps"
          value={which}
          onChange={setWhich}
          options={[
            { value: 'all', label: 'All' },
            { value: 'alerts', label: 'What happened' },
            { value: 'told', label: 'Told or not' },
          ]}
        />
      }
    >
      {steps.length === 0 && past ? (
        <EmptyMessage title="Nothing of this kind had happened by then." />
      ) : steps.length === 0 ? (
        <EmptyMessage title="Nothing is kept of it.">
          What is older than the history keeps is gone.
        </EmptyMessage>
      ) : (
        <ol className={`${css.steps} ${css.decided}`}>
          {steps.map((step, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no name of their own and only grow
            <Step key={i} of={step} id={view.id} />
          ))}
        </ol>
      )}
    </Panel>
  )
}

function Step({ of: step, id }: { of: IncidentStep; id: string }) {
  return (
    <li>
      <span className="faint">
        <Clock at={step.at} fact="incident.step" of={id} />
      </span>
      {step.decision ? (
        <Tag tone={step.notified ? 'accent' : 'plain'}>{toldTag(step)}</Tag>
      ) : (
        <Shape
          of={step.words === 'Over' ? 'ok' : severityShape(step.severity)}
          label={severityWord(step.severity)}
        />
      )}
      <span {...shows('incident.words', id)}>
        {step.words}
        <small>
          <Said>{step.text}</Said>
        </small>
      </span>
    </li>
  )
}
