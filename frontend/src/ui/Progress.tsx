import type { Shown } from './Fact'
import css from './Progress.module.css'

/** How much of something is done, 0–100. */
export function Progress({ value, label, fact }: { value: number; label: string; fact: Shown }) {
  const done = Math.min(Math.max(value, 0), 100)
  return (
    <span
      className={css.track}
      role="progressbar"
      {...fact}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(done)}
    >
      <span className={css.fill} style={{ transform: `scaleX(${done / 100})` }} />
    </span>
  )
}
