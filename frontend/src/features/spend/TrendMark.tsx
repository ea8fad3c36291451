import type { Shown } from '../../ui/Fact'
import type { Trend } from './useSpendTracking'

const MARKS: Record<string, readonly [mark: string, word: string]> = {
  up: ['↗', 'Rising'],
  down: ['↘', 'Falling'],
  stable: ['→', 'Stable'],
}

/** Which way spend goes. What is not known yet has no mark. */
export function TrendMark({ trend, fact }: { trend: Trend | string; fact: Shown }) {
  const mark = MARKS[trend]
  if (!mark) return null
  return (
    <span
      role="img"
      aria-label={mark[1]}
      title={`${mark[1]}: the last 15 min beside the hour`}
      className={trend === 'up' ? '' : 'dim'}
      {...fact}
    >
      {mark[0]}
    </span>
  )
}
