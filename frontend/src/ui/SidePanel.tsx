import { IconX } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { IconButton } from './controls'
import type { Shown } from './Fact'
import css from './SidePanel.module.css'

/** What Escape closes before a panel: menus, choices and dialogs that are open. */
const ABOVE = ['menu', 'listbox', 'dialog']
  .map((role) => `[role="${role}"]:not([style*="display: none"])`)
  .join(', ')

/**
 * Details beside the list that they belong to. It covers no live data with a
 * backdrop; Escape closes it and gives the focus back.
 */
export function SidePanel({
  label,
  title,
  onClose,
  children,
  actions,
}: {
  label: string
  title: ReactNode
  onClose: () => void
  children: ReactNode
  actions?: ReactNode
}) {
  const panel = useRef<HTMLElement>(null)
  const close = useRef(onClose)
  close.current = onClose
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null
    // What lies above is gone by the time the key gets here: it is looked for before.
    let covered = false
    const onKeyBefore = () => {
      covered = document.querySelector(ABOVE) !== null
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !covered) close.current()
    }
    document.addEventListener('keydown', onKeyBefore, true)
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('keydown', onKeyBefore, true)
      document.removeEventListener('keydown', onKey)
      if (panel.current?.contains(document.activeElement) || document.activeElement === document.body)
        before?.focus?.()
    }
  }, [])
  return (
    <aside ref={panel} className={css.panel} aria-label={label} data-side-panel>
      <header className={css.head}>
        <div className={css.title}>{title}</div>
        <IconButton aria-label="Close details" onClick={onClose}>
          <IconX size={16} />
        </IconButton>
      </header>
      <div className={css.body}>{children}</div>
      {actions ? <footer className={css.foot}>{actions}</footer> : null}
    </aside>
  )
}

/** What, how much, and the fact that it is. */
export type Detail = readonly [string, ReactNode, Shown?]

/** Pairs of what and how much, in two columns. */
export function DetailList({ rows }: { rows: readonly (Detail | null)[] }) {
  return (
    <dl className={css.facts}>
      {rows.map((row) =>
        row ? (
          <div key={row[0]} {...row[2]}>
            <dt>{row[0]}</dt>
            <dd>{row[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}

/** A titled part of a side panel. */
export function DetailSection({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className={css.section}>
      <h3>{title}</h3>
      {children}
    </section>
  )
}
