import { type ReactNode, useId } from 'react'
import css from './Panel.module.css'

/** A titled part of a page. */
export function Panel({
  title,
  aside,
  children,
  flush = false,
  className = '',
}: {
  title: string
  aside?: ReactNode
  children: ReactNode
  /** No padding: for tables and charts that reach the edge. */
  flush?: boolean
  className?: string | undefined
}) {
  const id = useId()
  return (
    <section className={`${css.panel} ${className}`} aria-labelledby={id}>
      <header className={css.head}>
        <h2 id={id}>{title}</h2>
        {aside ? <div className={css.aside}>{aside}</div> : null}
      </header>
      <div className={flush ? css.flush : css.body}>{children}</div>
    </section>
  )
}

/** The head of a page: its name, one sentence, and what can be done. */
export function PageHeader({
  title,
  children,
  actions,
}: {
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <header className={css.page}>
      <div className={css.pageText}>
        <h1>{title}</h1>
        {children ? <p>{children}</p> : null}
      </div>
      {actions ? <div className={css.actions}>{actions}</div> : null}
    </header>
  )
}

/** Nothing there: what it means, and what would make something appear. */
export function EmptyMessage({
  title,
  children,
  actions,
}: {
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className={css.empty}>
      <p className={css.emptyTitle}>{title}</p>
      {children ? <p className={css.emptyText}>{children}</p> : null}
      {actions ? <div className={css.actions}>{actions}</div> : null}
    </div>
  )
}

/** A place where something will be in a moment. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div className={css.skeleton} role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <span key={i} />
      ))}
    </div>
  )
}
