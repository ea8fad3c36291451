import { useMemo } from 'react'
import { useSpendSeries } from '../../bridge/queries'
import type { IncidentAlert, IncidentView } from '../../bridge/types'
import { clock, duration } from '../../lib/format'
import { useNow } from '../../lib/time'
import { shows } from '../../ui/Fact'
import { EmptyMessage, Panel } from '../../ui/Panel'
import { coloursOf } from '../../ui/seriesColours'
import { TimeChart } from '../../ui/TimeChart'
import { Said } from '../../ui/text'
import { showAsItWas } from '../replay'
import { useAltered } from './altered'
import css from './incidents.module.css'
import { readingWords } from './words'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** The time that is looked at: the incident, and some before and after it; whole is the end of its last step that is over. */
function windowOf(view: IncidentView, now: number) {
  const end = view.endedAt > 0 ? view.endedAt : now
  const first = Math.min(view.since, ...view.of.map((alert) => alert.since))
  const around = Math.max(30 * MINUTE, (end - first) / 4)
  const [from, to] = [first - around, Math.min(now, end + around)]
  const step = to - from > 12 * HOUR ? HOUR : to - from > 4 * HOUR ? 5 * MINUTE : MINUTE
  const until = to - (to % step) + step
  return { from: from - (from % step), to: until, step, whole: Math.min(until, now - (now % step)) }
}

/** When its alerts were open, and what was spent meanwhile. */
export function IncidentCharts({ view }: { view: IncidentView }) {
  const now = useNow(MINUTE)
  const span = useMemo(() => windowOf(view, now), [view, now])
  return (
    <div className={css.columns}>
      <Panel title="When">
        {view.of.length === 0 ? (
          <EmptyMessage title="When its alerts were open is not kept." />
        ) : (
          <Lanes view={view} span={span} now={now} />
        )}
      </Panel>
      <Spend view={view} span={span} />
    </div>
  )
}

type Span = ReturnType<typeof windowOf>

function Lanes({ view, span, now }: { view: IncidentView; span: Span; now: number }) {
  const place = (at: number) =>
    `${(Math.max(0, Math.min(span.to, at) - span.from) / (span.to - span.from)) * 100}%`
  const altered = useAltered(view.gateway, span)
  const hits = view.steps.filter((step) => step.decision && step.notified)
  return (
    <div className={css.when}>
      {view.of.map((alert) => {
        const { since: from, endedAt: to } = alert
        const words = budgetWords(alert)
        return (
          <div
            key={`${alert.id} ${from}`}
            className={css.lane}
            title={`${alert.title}: ${duration(Math.max(0, (to || now) - from))}`}
            {...shows('incident.lane', alert.id)}
          >
            <span>
              <Said>{alert.title}</Said>
              {words ? <span className="faint"> · {words}</span> : null}
            </span>
            <span className={css.track}>
              <i
                className={css[alert.severity] ?? ''}
                style={{
                  insetInlineStart: `min(${place(from)}, 100% - 4px)`,
                  width: `calc(${place(to || now)} - ${place(from)})`,
                }}
              />
              {altered.map(({ at, text }) => (
                <u
                  key={`${at} ${text}`}
                  style={{ insetInlineStart: place(at) }}
                  title={`${clock(at)} ${text}`}
                />
              ))}
              {hits
                .filter((step) => step.alert === alert.id)
                .map((step) => (
                  <b
                    key={step.at}
                    style={{ insetInlineStart: place(step.at) }}
                    title={`Told at ${clock(step.at)}`}
                  />
                ))}
            </span>
          </div>
        )
      })}
      <div className={css.axis} {...shows('incident.axis', view.id)}>
        <span>{clock(span.from)}</span>
        <span>{clock(span.to)}</span>
      </div>
    </div>
  )
}

/** Which threshold of a budget an alert is of: several have the same title. */
const budgetWords = (alert: IncidentAlert): string => /^(Threshold \d+ %)/.exec(alert.body)?.[1] ?? ''

/** What was spent around it: of the key it is about, else of the gateway by provider. */
function Spend({ view, span }: { view: IncidentView; span: Span & { whole: number } }) {
  const about = view.of.find((alert) => alert.entityKind === 'key')
  const marks = useAltered(view.gateway, span)
  const series = useSpendSeries({
    gateway: view.gateway,
    key: about?.entity ?? '',
    by: about ? '' : 'provider',
    from: span.from,
    to: span.whole, // of a step that is not over, less would be seen than was spent in it; replayed, more
    stepMs: span.step,
    top: 4,
  })
  const lines = series.data?.series ?? []
  const colours = coloursOf(lines.map((line) => line.name))
  const title = about ? 'Spend of the key' : 'Spend of the gateway'
  return (
    <Panel title="Spend meanwhile" flush>
      {lines.length === 0 ? (
        <p className={css.note}>
          {series.data ? 'The history has no spend of that time.' : readingWords(series.error)}
        </p>
      ) : (
        <div className={css.chart}>
          <TimeChart
            label={`${title}, around the incident`}
            fact="spend.history"
            of={view.gateway}
            from={series.data?.from ?? span.from}
            stepMs={span.step}
            lines={lines.map((line) => ({ ...line, colour: colours.get(line.name) ?? '--s1' }))}
            marks={marks}
            undated={series.data?.undated}
            deedAt={showAsItWas}
            height={150}
          />
        </div>
      )}
    </Panel>
  )
}
