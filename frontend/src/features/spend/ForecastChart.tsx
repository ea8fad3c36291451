import { useId } from 'react'
import type { ForecastPoint, ForecastView } from '../../bridge/types'
import { clock, money, shortMoney } from '../../lib/format'
import { shows } from '../../ui/Fact'
import css from './forecast.module.css'

const DAY = 86_400_000
const [WIDTH, HEIGHT, TOP, FOOT] = [400, 170, 18, 20]

/** What was spent of a period as a sum, the limit, what is foreseen as a fan, and top-ups and the reset as lines. */
export function ForecastChart({ of: view, words }: { of: ForecastView; words: string }) {
  const past = pastBeside(view)
  const all = [...past, ...view.ahead]
  const [from, to] = [Math.min(...all.map((p) => p.at)), Math.max(...all.map((p) => p.at))]
  const least = past[0]?.likely ?? 0
  const room = (view.limit - least) * 0.08
  const most = Math.max(view.limit + room, ...past.map((p) => p.likely), least + 1)
  const x = (at: number) => ((at - from) / Math.max(to - from, 1)) * WIDTH
  const y = (nano: number) => HEIGHT - FOOT - ((nano - least) / (most - least)) * (HEIGHT - FOOT - TOP)
  const line = (points: readonly ForecastPoint[], of: (p: ForecastPoint) => number) =>
    points.map((p) => `${x(p.at).toFixed(1)},${y(of(p)).toFixed(1)}`).join(' ')
  const now = past.at(-1)
  const ahead = now ? [now, ...view.ahead] : view.ahead
  const fan = `${line(ahead, (p) => p.low)} ${line([...ahead].reverse(), (p) => p.high)}`
  const hatch = useId()
  const gaps = view.gaps.filter((gap) => gap.to > from)
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
        <pattern id={hatch} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width={2} height={6} className={css.hatch} />
        </pattern>
        <polygon points={fan} className={css.fan} />
        {gaps.map((gap) => (
          <rect
            key={gap.from}
            x={x(Math.max(gap.from, from))}
            y={TOP}
            width={Math.max(x(gap.to) - x(Math.max(gap.from, from)), 2)}
            height={HEIGHT - FOOT - TOP}
            className={css.gap}
            fill={`url(#${hatch})`}
          />
        ))}
        {watchedRuns({ past, gaps: view.gaps }).map((run) => (
          <polyline key={run[0]?.at} points={line(run, (p) => p.likely)} className={css.past} />
        ))}
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
        <text x={3} y={y(view.limit) - 3} className={css.text} {...shows('forecast.limit', view.id)}>
          limit {shortMoney(view.limit)}
        </text>
        {least > 0 ? (
          <text
            x={WIDTH / 2}
            y={HEIGHT - 4}
            textAnchor="middle"
            className={css.text}
            {...shows('forecast.base', view.id)}
          >
            from {shortMoney(least)} up
          </text>
        ) : null}
        <text x={0} y={HEIGHT - 4} className={css.text} {...shows('chart.time', String(from))}>
          {clock(from)}
        </text>
        <text
          x={WIDTH}
          y={HEIGHT - 4}
          textAnchor="end"
          className={css.text}
          {...shows('chart.time', String(to))}
        >
          {clock(to)}
        </text>
      </svg>
      {seen.length > 0 || gaps.length > 0 ? (
        <figcaption className="dim">
          {gaps.length > 0 ? 'Hatched: not watched, so what was spent then is not known. ' : ''}
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

/**
 * The past that is shown beside what is foreseen: as long as that, and a day at least.
 * Beside two weeks, the range of some hours would be too thin to be seen.
 */
export function pastBeside({ past, ahead, at }: ForecastView): ForecastPoint[] {
  const back = Math.max((ahead.at(-1)?.at ?? at) - at, DAY)
  return past.filter((point) => point.at >= at - back)
}

/** What is known of the past, broken where nobody watched: a line across would say that nothing was spent. */
export function watchedRuns({ past, gaps }: Pick<ForecastView, 'past' | 'gaps'>): ForecastPoint[][] {
  const runs: ForecastPoint[][] = []
  let last: ForecastPoint | undefined
  for (const point of past) {
    const before = last?.at ?? point.at
    if (!last || gaps.some((gap) => gap.from < point.at && gap.to > before)) runs.push([])
    runs.at(-1)?.push(point)
    last = point
  }
  return runs
}
