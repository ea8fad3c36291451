import css from './Shape.module.css'

/** How something is, as a shape: colour only repeats what the shape says. */
export type Condition = 'ok' | 'unsure' | 'warning' | 'critical' | 'stale' | 'offline' | 'muted' | 'busy'

/** What each shape is called when it is read out. */
const NAMES: Record<Condition, string> = {
  ok: 'OK',
  unsure: 'Not all is known',
  warning: 'Warning',
  critical: 'Critical',
  stale: 'Not current',
  offline: 'Off',
  muted: 'Muted',
  busy: 'Busy',
}

/** ○ ok · ○ with a dot: unsure · △ warning · ⬣ critical · ◌ not current · ⊘ off · ‖ muted · ◔ busy. */
export function Shape({
  of,
  size = 14,
  label,
}: {
  of: Condition
  size?: number
  /** What is read out; "" where the words beside it already say it. */
  label?: string
}) {
  const name = label ?? NAMES[of]
  const hidden = name === ''
  return (
    <svg
      className={`${css.shape} ${css[of]}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      {...(hidden ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}
    >
      {hidden ? null : <title>{name}</title>}
      {DRAWINGS[of]}
    </svg>
  )
}

const DRAWINGS: Record<Condition, React.ReactNode> = {
  ok: <circle cx="8" cy="8" r="5" className={css.line} />,
  unsure: (
    <>
      <circle cx="8" cy="8" r="5.4" className={css.line} />
      <circle cx="8" cy="8" r="1.6" className={css.fill} />
    </>
  ),
  warning: <path d="M8 2.2 14.3 13.4H1.7Z" className={css.fill} />,
  critical: <path d="M4.6 2h6.8L15 8l-3.6 6H4.6L1 8Z" className={css.fill} />,
  stale: <circle cx="8" cy="8" r="5.4" className={css.dashed} />,
  offline: (
    <>
      <circle cx="8" cy="8" r="5.6" className={css.line} />
      <path d="M4.2 11.8 11.8 4.2" className={css.line} />
    </>
  ),
  muted: <path d="M5.5 3v10M10.5 3v10" className={css.line} />,
  busy: (
    <>
      <circle cx="8" cy="8" r="5.4" className={css.faint} />
      <path d="M8 2.6A5.4 5.4 0 0 1 13.4 8" className={css.line} />
    </>
  ),
}
