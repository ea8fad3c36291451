import type { ForecastPoint, ForecastView } from '../../bridge/types'
import { clock, money, shortMoney } from '../../lib/format'
import { shows } from '../../ui/Fact'
import css from './forecast.module.css'

const [WIDTH, HEIGHT, TOP, FOOT] = [400, 150, 14, 16]

/** What was spent of a period as a sum, the limit, what is foreseen as a fan, and top-ups and the reset as lines. */
export function ForecastChart({ of: view, words }: { of: ForecastView; words: string }) {
  const all = [...view.past, ...view.ahead]
  const [from, to] = [Math.min(...all.map((p) => p.at)), Math.max(...all.map((p) => p.at))]
  const most = Math.max(view.limit * 1.08, ...view.past.map((p) => p.likely), 1)
  const x = (at: number) => ((at - from) / Math.max(to - from, 1)) * WIDTH
  const y = (nano: number) => HEIGHT - FOOT - (nano / most) * (HEIGHT - FOOT - TOP)
  const line = (points: readonly ForecastPoint[], of: (p: ForecastPoint) => number) =>
    points.map((p) => `${x(p.at).toFixed(1)},${y(of(p)).toFixed(1)}`).join(' ')
  const now = view.past.at(-1)
  const ahead = now ? [now, ...view.ahead] : view.ahead
  const fan = `${line(ahead, (p) => p.low)} ${line([...ahead].reverse(), (p) => p.high)}`
  const seen = view.steps.filter((step) => step.at >= from && step.at <= to)
  return (
    <figure className={css.figure}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={words}
        {...shows('forecast.head', view.id)}
        className={css.chart}
      >
        <polygon points={fan} className={css.fan} />
        <polyline points={line(view.past, (p) => p.likely)} className={css.past} />
        <polyline points={line(ahead, (p) => p.likely)} className={css.ahead} />
        <line x1={0} x2={WIDTH} y1={y(view.limit)} y2={y(view.limit)} className={css.limit} />
        {now ? <line x1={x(now.at)} x2={x(now.at)} y1={TOP} y2={HEIGHT - FOOT} className={css.now} /> : null}
        {seen.map((step) => (
          <line
            key={`${step.kind} ${step.at}`}
            x1={x(step.at)}
            x2={x(step.at)}
            y1={TOP}
            y2={HEIGHT - FOOT}
            className={css.step}
          />
        ))}
        <text x={0} y={y(view.limit) - 3} className={css.text} {...shows('forecast.limit', view.id)}>
          limit {shortMoney(view.limit)}
        </text>
        <text x={0} y={HEIGHT - 3} className={css.text} {...shows('chart.time', String(from))}>
          {clock(from)}
        </text>
        <text
          x={WIDTH}
          y={HEIGHT - 3}
          textAnchor="end"
          className={css.text}
          {...shows('chart.time', String(to))}
        >
          {clock(to)}
        </text>
      </svg>
      {seen.length > 0 ? (
        <figcaption className="dim">
          {seen.map((step) => (
            <span key={`${step.kind} ${step.at}`} {...shows('forecast.step', `${view.id}|${step.at}`)}>
              {step.kind === 'reset'
                ? `Reset ${clock(step.at)}. `
                : `Topped up by ${money(step.amount)} ${clock(step.at)}. `}
            </span>
          ))}
        </figcaption>
      ) : null}
    </figure>
  )
}
