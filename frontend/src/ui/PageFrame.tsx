import type { ReactNode } from 'react'
import css from './PageFrame.module.css'

/** A page: its content, and beside it what is opened. */
export function PageFrame({
  children,
  side,
  scroll = false,
}: {
  children: ReactNode
  side?: ReactNode
  /** The content scrolls as a whole; else the page's table does. */
  scroll?: boolean
}) {
  return (
    <div className={css.frame}>
      {scroll ? (
        <div className={`${css.content} ${css.scroll}`} tabIndex={0} role="group" aria-label="Page content">
          {children}
        </div>
      ) : (
        <div className={css.content}>{children}</div>
      )}
      {side}
    </div>
  )
}

/** Controls above a list. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div className={css.toolbar}>{children}</div>
}
