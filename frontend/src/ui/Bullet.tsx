import { percent } from '../lib/format'
import css from './Bullet.module.css'
import type { Shown } from './Fact'

/** Where the ticks stand when nothing else was set. */
export const DEFAULT_THRESHOLDS = { warning: 0.75, critical: 0.9 }

/** How a used share stands against the thresholds. */
export function levelOf(used: number, at = DEFAULT_THRESHOLDS): 'unknown' | 'ok' | 'warning' | 'critical' {
  if (used < 0) return 'unknown'
  if (used >= at.critical) return 'critical'
  return used >= at.warning ? 'warning' : 'ok'
}

/** A used share as a bar from nothing to the limit, with ticks where it begins to matter. */
export function Bullet({
  used,
  label,
  thresholds = DEFAULT_THRESHOLDS,
  small = false,
  period = -1,
  fact,
}: {
  used: number
  label: string
  thresholds?: { warning: number; critical: number }
  small?: boolean
  /** How much of the budget's period is over, 0–1; negative where that is not known. */
  period?: number
  /** The fact that the share is. */
  fact: Shown
}) {
  const level = levelOf(used, thresholds)
  return (
    <span
      className={`${css.track} ${small ? css.small : ''}`}
      title={period >= 0 ? 'The thick mark: how much of the budget period is over' : undefined}
      role="meter"
      {...fact}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={used < 0 ? 0 : Math.floor(Math.min(used, 1) * 100)}
      aria-valuetext={used < 0 ? 'unknown' : `${percent(used)} used`}
    >
      <span
        className={`${css.fill} ${css[level]}`}
        style={{ width: `${Math.min(Math.max(used, 0), 1) * 100}%` }}
      />
      {period >= 0 ? (
        <span className={css.period} style={{ insetInlineStart: `${period * 100}%` }} data-period={period} />
      ) : null}
      <span className={css.tick} style={{ insetInlineStart: `${thresholds.warning * 100}%` }} />
      <span className={css.tick} style={{ insetInlineStart: `${thresholds.critical * 100}%` }} />
    </span>
  )
}
