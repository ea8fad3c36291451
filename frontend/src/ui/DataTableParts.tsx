import { type ComponentType, memo } from 'react'
import css from './DataTable.module.css'

export type Sort<K extends string = string> = { by: K; down: boolean }

export type Column<K extends string = string> = {
  key: K
  head: string
  /** The head is only read out. */
  quiet?: boolean
  /** A CSS grid track, such as "1fr" or "90px". */
  width: string
  end?: boolean
  sortable?: boolean
  /** Shown only where the table is at least so many pixels wide. */
  from?: number
  /** What the column means, on hover. */
  hint?: string
}

/** The heads of the columns, which sort where that is offered. */
export function Head<K extends string>({
  columns,
  template,
  gutter,
  sort,
  onSort,
  stuck,
}: {
  columns: readonly Column<K>[]
  template: string
  /** How wide the scrollbar beside the rows is, in pixels. */
  gutter: number
  sort: Sort<K> | undefined
  onSort: ((sort: Sort<K>) => void) | undefined
  /** It stays in view while the page scrolls under it. */
  stuck: boolean
}) {
  return (
    <div role="rowgroup" className={stuck ? css.stuck : undefined}>
      <div
        role="row"
        className={css.head}
        style={{ gridTemplateColumns: template, paddingInlineEnd: 14 + gutter }}
        aria-rowindex={1}
      >
        {columns.map((column) => {
          const sorted = sort?.by === column.key ? sort : undefined
          const direction = sorted ? (sorted.down ? 'descending' : 'ascending') : undefined
          const arrow = (
            <span aria-hidden className={css.arrow}>
              {sorted ? (sorted.down ? '↓' : '↑') : ''}
            </span>
          )
          return (
            <div
              key={column.key}
              role="columnheader"
              className={column.end ? css.end : undefined}
              title={column.hint}
              {...(direction ? { 'aria-sort': direction } : {})}
            >
              {column.sortable && onSort ? (
                <button
                  type="button"
                  onClick={() => onSort({ by: column.key, down: sorted ? !sorted.down : true })}
                >
                  {column.end && arrow}
                  {column.head}
                  {!column.end && arrow}
                </button>
              ) : column.quiet ? (
                <span className="sr">{column.head}</span>
              ) : (
                column.head
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

type ShellProps = {
  id: string
  index: number
  top: number
  height: number
  template: string
  reachable: boolean
  opened: boolean
  onOpen: ((id: string) => void) | undefined
  Row: ComponentType<{ id: string }>
}

/** The place of one row. It renders when the row moves or is opened, not when its data changes. */
export const RowShell = memo(function RowShell({
  id,
  index,
  top,
  height,
  template,
  reachable,
  opened,
  onOpen,
  Row,
}: ShellProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table handles the keys
    <div
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      tabIndex={reachable ? 0 : -1}
      className={`${css.row} ${onOpen ? css.clickable : ''} ${opened ? css.opened : ''}`}
      style={{ height, transform: `translateY(${top}px)`, gridTemplateColumns: template }}
      onClick={onOpen ? () => onOpen(id) : undefined}
    >
      <Row id={id} />
    </div>
  )
})
