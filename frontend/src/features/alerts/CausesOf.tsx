import { useCauses } from '../../bridge/queries'
import type { AlertLine, Causes } from '../../bridge/types'
import { clock, money, plural } from '../../lib/format'
import { go } from '../../lib/route'
import { SmallButton } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { DetailSection } from '../../ui/SidePanel'
import { Clock, Name } from '../../ui/text'
import css from './alerts.module.css'

/** What happened in the hour before an alert, the likeliest cause first, and who is hit. */
export function CausesOf({ alert }: { alert: AlertLine }) {
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
      {alert.entityKind === 'provider' ? <WhoIsHit alert={alert} hit={causes.data.hit} /> : null}
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
        <bdi>{of.title}</bdi>
        <small>{of.why.join(' · ')}</small>
        <SmallButton onClick={() => go(of.kind === 'alert' ? 'alerts' : 'changes', of.id)}>Open</SmallButton>
      </span>
    </li>
  )
}

/** Who depends on a provider, by the hour before and the mappings as they are. */
function WhoIsHit({ alert, hit }: { alert: AlertLine; hit: Causes['hit'] }) {
  const alone = hit.models.filter((model) => !model.fallback)
  return (
    <DetailSection title="Who is hit?">
      {hit.known ? (
        <div {...shows('alert.hit', alert.id)}>
          <p>
            {hit.minutes >= 5
              ? `${plural(hit.keys.length, 'key')} spent ${money(hit.perHour)} on its models in the hour before, of which ${hit.minutes} min were watched; ${money(hit.alone)} of it on models without another provider.`
              : 'What was spent on its models in the hour before is not known.'}{' '}
            {hit.models.length === 0
              ? 'No model is mapped to it.'
              : alone.length === 0
                ? 'Each of its models has another provider.'
                : `${alone.map((model) => model.model).join(', ')} ${alone.length === 1 ? 'has' : 'have'} no other provider.`}
            {hit.tasks.length > 0 ? ` Running: ${hit.tasks.join(', ')}.` : ''}
          </p>
          <ul className={css.trace}>
            {hit.keys.map((key) => (
              <li key={key.key}>
                <span className="faint">{key.alone ? 'no way out' : 'has another'}</span>
                <span>
                  <Name>{key.name || key.key}</Name>
                  <small>{key.models.join(', ')}</small>
                </span>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <p className="dim">Not known: the gateway’s mappings were not read.</p>
      )}
    </DetailSection>
  )
}
