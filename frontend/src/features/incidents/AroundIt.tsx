import { ALL_EVENTS, useCauses, useEventsBetween } from '../../bridge/queries'
import type { EventLine, IncidentView } from '../../bridge/types'
import { go } from '../../lib/route'
import { useReplay } from '../../live/replay'
import { useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { severityShape, severityWord } from '../../ui/labels'
import { EmptyMessage, Panel } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { Clock, Said } from '../../ui/text'
import { Candidates } from '../alerts'
import css from './incidents.module.css'
import { WhoIsHit } from './WhoIsHit'
import { readingWords } from './words'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const CHANGES = [
  'navigation.changed',
  'key.changed',
  'configuration.changed',
  'group.credited',
  'group.debited',
  'model.changed',
]

/** What changed before it, who is hit, and the events of what it is about. */
export function AroundIt({ view }: { view: IncidentView }) {
  const about = view.of.find((alert) => alert.severity === view.severity) ?? view.of[0]
  const key = about?.entityKind === 'key' ? about.entity : ''
  const provider = about?.entityKind === 'provider' ? about.entity : ''
  const task = about?.entityKind === 'task' ? about.entity : ''
  // What is likely is judged of the present only; what was altered, the history tells of then.
  const past = useReplay(({ on }) => on)
  const listed = useLive((live) => (about?.id ?? '') in live.alerts) && !past
  const name = useLive((live) => live.providers[`${view.gateway}/${provider}`]?.name ?? '')
  const [from, to] = [view.since - 10 * MINUTE, view.endedAt > 0 ? view.endedAt + MINUTE : 0]
  const events = useEventsBetween({
    ...ALL_EVENTS,
    gateway: view.gateway,
    keys: key ? [key] : [],
    providers: provider ? [provider, ...(name ? [name] : [])] : [],
    task,
    severities: key || provider || task ? [] : ['warning', 'critical'],
    from,
    to,
  })
  const word = key ? `key:${key}` : provider ? `provider:${provider}` : task ? `task:${task}` : ''
  return (
    <>
      <div className={css.columns}>
        {about && listed ? <Before id={about.id} /> : <Altered gateway={view.gateway} since={view.since} />}
        <Panel title="Who is hit">
          <WhoIsHit gateway={view.gateway} about={about} />
        </Panel>
      </div>
      <Panel
        title="Its events"
        aside={
          <SmallButton onClick={() => go('events', `${word}|${from}|${to}`)}>Open in Events</SmallButton>
        }
      >
        <Lines of={events.data?.events} error={events.error} none="The history has no event of it." />
      </Panel>
    </>
  )
}

/** What happened before an alert that is still listed, the likeliest cause first. */
function Before({ id }: { id: string }) {
  const causes = useCauses(id)
  return (
    <Panel title="What changed before this?">
      {causes.data ? (
        <div className={css.plain}>
          <Candidates of={causes.data.candidates} />
        </div>
      ) : (
        <p className={css.note}>{readingWords(causes.error)}</p>
      )}
    </Panel>
  )
}

/** What the history has of the hour before: of an older incident nobody judges what was likely. */
function Altered({ gateway, since }: { gateway: string; since: number }) {
  const changes = useEventsBetween({
    ...ALL_EVENTS,
    gateway,
    kinds: CHANGES,
    from: since - HOUR,
    to: since + MINUTE,
  })
  return (
    <Panel title="Altered in the hour before">
      <Lines
        of={changes.data?.events}
        error={changes.error}
        none="Nothing that Gatewatch saw was altered in the hour before."
      />
    </Panel>
  )
}

function Lines({
  of,
  error,
  none,
}: {
  of: readonly EventLine[] | undefined
  error: Error | null
  none: string
}) {
  if (!of) return <p className={css.note}>{readingWords(error)}</p>
  if (of.length === 0) return <EmptyMessage title={none} />
  return (
    <ol className={css.steps}>
      {of.map((event) => (
        <li key={event.seq}>
          <span className="faint">
            <Clock at={event.at} fact="event.at" of={String(event.seq)} />
          </span>
          <Shape of={severityShape(event.severity)} label={severityWord(event.severity)} />
          <Said {...shows('event.text', String(event.seq))}>{event.text}</Said>
        </li>
      ))}
    </ol>
  )
}
