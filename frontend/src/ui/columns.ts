import type { Column } from './DataTableParts'

const GAP = 12
const PADDING = 28

/** The least that a grid track such as "minmax(110px, 1fr)" or "96px" takes, in pixels; 0 if it says none. */
const least = (track: string) => Number(/(\d+)px/.exec(track)?.[1] ?? 0)

const room = (columns: readonly Column[]) =>
  columns.reduce((sum, column) => sum + least(column.width), PADDING + GAP * Math.max(columns.length - 1, 0))

/**
 * The columns that a table of a width in pixels has room for: those that are
 * shown from there on, and of them as many as go in, the first to leave being
 * those that want the widest table.
 */
export function fitting<C extends Column>(columns: readonly C[], width: number): readonly C[] {
  let shown = columns.filter((column) => (column.from ?? 0) <= width)
  while (room(shown) > width) {
    const widest = Math.max(...shown.map((column) => column.from ?? 0))
    if (!(widest > 0)) break
    shown = shown.filter((column) => column.from !== widest)
  }
  return shown
}
