import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type ComponentType,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { fitting } from './columns'
import css from './DataTable.module.css'
import { type Column, Head, RowShell, type Sort } from './DataTableParts'
import type { Shown } from './Fact'
import { usePageScroll } from './pageScroll'

export type { Column, Sort } from './DataTableParts'

type Props<K extends string> = {
  label: string
  columns: readonly Column<K>[]
  /** What is shown, in order. Keep the identity while nothing changed. */
  ids: readonly string[]
  /** Draws the cells of one row; memoised, it reads its own data. */
  Row: ComponentType<{ id: string }>
  empty: ReactNode
  sort?: Sort<K>
  onSort?: (sort: Sort<K>) => void
  onOpen?: (id: string) => void
  /** Other keys on a row: called with the key and the row's id. */
  onKey?: (key: string, id: string) => void
  opened?: string
  rowHeight?: number
  /** The pointer went into the list or left it. */
  onPointer?: (inside: boolean) => void
  /** The list is at its top, or no longer. */
  onTop?: (atTop: boolean) => void
  /** The last rows are near: more may be wanted. */
  onEnd?: () => void
}

/**
 * A table of live things. Only the rows in view exist, each reads its own
 * data, and a row whose thing did not change does not render. On a page that
 * scrolls as a whole it is as high as its rows, else it scrolls by itself.
 */
export function DataTable<K extends string>(props: Props<K>) {
  const { columns, ids, rowHeight = 34, onEnd, onTop } = props
  const page = usePageScroll()
  const scroller = useRef<HTMLDivElement>(null)
  const [above, setAbove] = useState(0)
  const [current, setCurrent] = useState(0)
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => page ?? scroller.current,
    scrollMargin: page ? above : 0,
    estimateSize: () => rowHeight,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 8,
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? -1
  useEffect(() => {
    if (onEnd && last >= ids.length - 5) onEnd()
  }, [onEnd, last, ids.length])

  const move = (to: number) => {
    const next = Math.min(Math.max(to, 0), ids.length - 1)
    setCurrent(next)
    virtual.scrollToIndex(next)
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus({ preventScroll: true }),
    )
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-index]')
    if (event.target !== row || event.ctrlKey || event.metaKey || event.altKey) return
    const index = Number(row?.dataset.index)
    const id = ids[index]
    if (id === undefined) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key // Caps Lock may be on
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[key]
    if (step !== undefined) move(index + step)
    else if (event.key === 'Home') move(0)
    else if (event.key === 'End') move(ids.length - 1)
    else if (event.key === 'Enter' && props.onOpen) props.onOpen(id)
    else if (props.onKey) {
      props.onKey(key, id)
      return
    } else return
    event.preventDefault()
  }

  // How far down the page the rows begin: what stands above may grow.
  useLayoutEffect(() => {
    if (!page) return
    const measure = () => {
      if (scroller.current) setAbove(topWithin(page, scroller.current))
    }
    measure()
    const measured = new ResizeObserver(measure)
    for (const child of page.children) measured.observe(child)
    return () => measured.disconnect()
  }, [page])

  const [width, setWidth] = useState(Number.POSITIVE_INFINITY)
  const [gutter, setGutter] = useState(0)
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const measured = new ResizeObserver((entries) => {
      setWidth(entries[0]?.contentRect.width || Number.POSITIVE_INFINITY)
      setGutter(page ? 0 : scrollbar(scroller.current))
    })
    if (frame.current) measured.observe(frame.current)
    return () => measured.disconnect()
  }, [page])
  // More rows may need a scrollbar, but never on a page that scrolls as a whole: to ask costs a layout.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the number is what may need it
  useLayoutEffect(() => {
    if (!page) setGutter(scrollbar(scroller.current))
  }, [page, ids.length])
  const shown = fitting(columns, width)
  const fits = (column: Column<K>) => shown.includes(column)
  const template = columns
    .filter(fits)
    .map((column) => column.width)
    .join(' ')
  // Cells are hidden by their place, so that a change of width renders no row.
  const hidden = columns.map((column, i) => (fits(column) ? '' : (css[`hide${i + 1}`] ?? ''))).join(' ')
  return (
    <div
      ref={frame}
      className={`${css.frame} ${hidden}`}
      // Not "enter", which nobody tells of a table that is drawn under a pointer that stands still.
      onPointerOver={() => props.onPointer?.(true)}
      onPointerLeave={() => props.onPointer?.(false)}
    >
      <div className={css.table} role="table" aria-label={props.label} aria-rowcount={ids.length + 1}>
        <Head
          columns={columns}
          template={template}
          gutter={gutter}
          sort={props.sort}
          onSort={props.onSort}
          stuck={page !== null}
        />
        {ids.length === 0 ? (
          <div className={css.none}>{props.empty}</div>
        ) : (
          <div
            ref={scroller}
            className={page ? css.whole : css.scroll}
            role="rowgroup"
            onKeyDown={onKeyDown}
            onScroll={onTop ? (event) => onTop(event.currentTarget.scrollTop < rowHeight) : undefined}
          >
            <div className={css.sizer} role="presentation" style={{ height: virtual.getTotalSize() }}>
              {items.map((item) => (
                <RowShell
                  key={item.key}
                  id={ids[item.index] ?? ''}
                  index={item.index}
                  top={page ? item.start - above : item.start}
                  height={rowHeight}
                  template={template}
                  reachable={item.index === Math.min(current, ids.length - 1)}
                  opened={props.opened === ids[item.index]}
                  onOpen={props.onOpen}
                  Row={props.Row}
                />
              ))}
            </div>
          </div>
        )}
      </div>
    </div>
  )
}

/** How far below the top of a box's content something in it begins. */
const topWithin = (box: HTMLElement, inner: HTMLElement) =>
  Math.round(inner.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop)

/** How wide the scrollbar of a box is; 0 if it needs none. */
const scrollbar = (box: HTMLElement | null) => (box ? box.offsetWidth - box.clientWidth : 0)

/** One cell of a Row. */
export function Cell({
  children,
  end = false,
  className = '',
  fact,
}: {
  children?: ReactNode
  end?: boolean
  className?: string | undefined
  /** The fact that the cell shows. */
  fact?: Shown | undefined
}) {
  return (
    <div role="cell" {...fact} className={`${css.cell} ${end ? css.end : ''} ${className}`}>
      {children}
    </div>
  )
}
