import { type FocusEvent, type ReactNode, useState } from 'react'
import { cameByTab } from './cameByTab'
import css from './PageFrame.module.css'
import { PageScroll } from './pageScroll'

/** A page: its content, and beside it what is opened. */
export function PageFrame({
  children,
  side,
  scroll = false,
}: {
  children: ReactNode
  side?: ReactNode
  /** The content scrolls as a whole, with every table in it at its full height; else the page's one table does. */
  scroll?: boolean
}) {
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  return (
    <div className={css.frame}>
      {scroll ? (
        <div
          ref={setScroller}
          className={`${css.content} ${css.scroll}`}
          tabIndex={0}
          role="group"
          aria-label="Page content"
          onFocus={ringByTab}
        >
          <PageScroll value={scroller}>{children}</PageScroll>
        </div>
      ) : (
        <div className={css.content}>{children}</div>
      )}
      {side}
    </div>
  )
}

/** Marks what holds a page as reached by Tab, or not: a click into it or a dialog that closed is no way to it. */
function ringByTab(event: FocusEvent<HTMLElement>): void {
  if (event.target === event.currentTarget) event.currentTarget.toggleAttribute('data-ring', cameByTab())
}

/** Controls above a list. */
export function Toolbar({ children }: { children: ReactNode }) {
  return <div className={css.toolbar}>{children}</div>
}
