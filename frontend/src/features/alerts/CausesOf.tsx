import { useCauses } from '../../bridge/queries'
import type { AlertLine, Causes } from '../../bridge/types'
import { clock, money, plural } from '../../lib/format'
import { go } from '../../lib/route'
import { useReplay } from '../../live/replay'
import { SmallButton } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { DetailSection } from '../../ui/SidePanel'
import { Clock, Name, Said } from '../../ui/text'
import css from './alerts.module.css'

/** What happened in the hour before an alert, the likeliest cause first, and who is hit. */
export function CausesOf({ alert }: { alert: AlertLine }) {
  const past = useReplay(({ on }) => on)
  if (!past) return <CausesNow alert={alert} />
  return (
    <DetailSection title="What changed before this?">
      <p className="dim">
        This is worked out for the present only, and the past is shown. The list of changes is as it was then.
      </p>
      <SmallButton onClick={() => go('changes')}>Open the changes</SmallButton>
    </DetailSection>
  )
}

function CausesNow({ alert }: { alert: AlertLine }) {
  const causes = useCauses(alert.id)
  if (!causes.data)
    return causes.error ? (
      <DetailSection title="What changed before this?">
        <p className="dim">Not known: {causes.error.message}</p>
      </DetailSection>
    ) : null
  return (
    <>
      <DetailSection title="What changed before this?">
        <Candidates of={causes.data.candidates} />
      </DetailSection>
      {alert.entityKind === 'provider' ? (
        <DetailSection title="Who is hit?">
          <HitOf alert={alert.id} hit={causes.data.hit} />
        </DetailSection>
      ) : null}
    </>
  )
}

/** What happened before, the likeliest cause first. */
export function Candidates({ of }: { of: Causes['candidates'] }) {
  if (of.length === 0) return <p className="dim">Nothing that Gatewatch saw in the hour before.</p>
  return (
    <ol className={css.trace}>
      {of.map((one) => (
        <Candidate key={one.id} of={one} />
      ))}
    </ol>
  )
}

function Candidate({ of }: { of: Causes['candidates'][number] }) {
  return (
    <li>
      <span className="faint">
        {of.since > 0 ? (
          <span
            title={`between ${clock(of.since)} and ${clock(of.found)}, while Gatewatch was not running`}
            {...shows('cause.between', of.id)}
          >
            before {clock(of.found)}
          </span>
        ) : (
          <Clock at={of.at} fact="cause.at" of={of.id} />
        )}
      </span>
      <span {...shows('cause.words', of.id)}>
        <Said>{of.title}</Said>
        <small>{of.why.join(' · ')}</small>
        <SmallButton onClick={() => go(of.kind === 'alert' ? 'alerts' : 'changes', of.id)}>Open</SmallButton>
      </span>
    </li>
  )
}

/** Who depends on a provider, by the hour before and the mappings as they are. Nobody only where that is known. */
export function HitOf({ alert, hit }: { alert: string; hit: Causes['hit'] }) {
  if (!hit.known)
    return (
      <p className="dim" {...shows('alert.hit', alert, { status: 'unknown' })}>
        Not known: {hit.why || 'the gateway’s mappings were not read.'}
      </p>
    )
  return (
    <div {...shows('alert.hit', alert)}>
      <p>
        {spentWords(hit)} {waysWords(hit)}
        {hit.tasks.length > 0 ? ` Running: ${hit.tasks.join(', ')}.` : ''}
      </p>
      {hit.why ? (
        <p className="dim">
          The mappings are as they were {hit.asOf > 0 ? `at ${clock(hit.asOf)}` : 'when last read'}:{' '}
          <bdi>{hit.why}</bdi>
        </p>
      ) : null}
      <ul className={css.trace}>
        {hit.keys.map((key) => (
          <li key={key.key}>
            <span className="faint">{key.alone ? 'no way out' : 'has another'}</span>
            <span>
              <Name>{key.name || key.key}</Name>
              <small>{`${key.models.join(', ')} · ${money(key.perHour)}`}</small>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What was spent on its models, as far as that is known. */
function spentWords(hit: Causes['hit']): string {
  if (hit.minutes < 5) return 'What was spent on its models in the hour before is not known.'
  const untold = hit.untold > 0 ? ` Of ${money(hit.untold)} more no model is known.` : ''
  if (hit.keys.length === 0)
    return `${hit.untold > 0 ? 'No key is known to have' : 'No key'} spent anything on its models in the hour before, of which ${hit.minutes} min are known.${untold}`
  return `${plural(hit.keys.length, 'key')} spent ${money(hit.perHour)} on its models in the hour before, of which ${hit.minutes} min are known; ${money(hit.alone)} of it on models without another provider.${untold}`
}

/** Which of its models have another way. */
function waysWords(hit: Causes['hit']): string {
  const alone = hit.models.filter((model) => !model.fallback).map((model) => model.model)
  if (hit.models.length === 0) return 'No model is mapped to it.'
  if (alone.length === 0) return 'Each of its models has another provider.'
  return `${alone.join(', ')} ${alone.length === 1 ? 'has' : 'have'} no other provider.`
}
