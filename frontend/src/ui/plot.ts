// The guard has to run before the chart library is loaded.
import '../lib/locale-guard'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { axisTime, shortMoney } from '../lib/format'

export type Line = { name: string; colour: string; values: readonly number[] }

/** What somebody noted that they did, such as a deployment, or what was altered; at is Unix ms. */
export type Mark = { at: number; text: string; altered?: true }

/** Money of which it is only known that it was spent between two times, Unix ms. */
export type Undated = { from: number; to: number; amount: number }

/** Of a mark's text so much stands beside its line. */
const MARK_LETTERS = 18

export type Plot = {
  /** Shows other data; the lines must be the ones it was made with. */
  set(
    times: readonly number[],
    lines: readonly Line[],
    marks: readonly Mark[],
    undated: readonly Undated[],
  ): void
  resize(width: number, height: number): void
  /** The time, Unix ms, at so many pixels from the left edge of the element. */
  timeAt(x: number): number
  destroy(): void
}

/** Sums each line onto those before it; what is not known (negative) stays a gap. */
export function stack(lines: readonly Line[], length: number): (number | null)[][] {
  const sums = new Array<number>(length).fill(0)
  return lines.map((line) =>
    sums.map((sum, i) => {
      const value = line.values[i]
      if (value === undefined || value < 0) return null
      sums[i] = sum + value
      return sums[i] ?? null
    }),
  )
}

/** So many marks' texts stand one below the other where they would lie over one another. */
const MARK_ROWS = 4

/** How high a row is, px. */
const MARK_ROW = 13

/** How much is kept free above the areas for the texts of so many marks, px. */
const roomFor = (marks: number) => 8 + Math.min(marks, MARK_ROWS) * MARK_ROW

/** Where a mark's text stands: beside its line, in which row; null where there is no room, and only its line is drawn. */
export type Place = { from: number; row: number } | null

/** Places the texts of marks, the newest first, so that none lies over another. Of each are given its line and its width. */
export function placeMarks(
  marks: readonly { x: number; width: number }[],
  left: number,
  right: number,
  gap: number,
): Place[] {
  const taken: [from: number, to: number][][] = Array.from({ length: MARK_ROWS }, () => [])
  const places: Place[] = marks.map(() => null)
  const order = marks.map((mark, i) => ({ ...mark, i })).sort((a, b) => b.x - a.x)
  for (const { x, width, i } of order) {
    const sides = [x + gap, x - gap - width].filter((from) => from >= left && from + width <= right)
    for (let row = 0; row < MARK_ROWS && !places[i]; row++) {
      const from = sides.find((at) =>
        taken[row]?.every(([begin, end]) => at >= end + gap || at + width + gap <= begin),
      )
      if (from === undefined) continue
      taken[row]?.push([from, from + width])
      places[i] = { from, row }
    }
  }
  return places
}

/** A line from top to bottom at each mark, with the beginning of its text where there is room. */
function drawMarks(chart: uPlot, marks: readonly Mark[], colour: string, font: string): void {
  const { ctx, bbox } = chart
  const dot = devicePixelRatio
  ctx.save()
  ctx.strokeStyle = ctx.fillStyle = colour
  ctx.lineWidth = dot
  ctx.font = font
  ctx.textBaseline = 'top'
  ctx.textAlign = 'left'
  ctx.setLineDash([3 * dot, 3 * dot])
  const shown = marks
    .map(({ at, text }) => {
      const letters = [...text]
      const short = letters.length > MARK_LETTERS ? `${letters.slice(0, MARK_LETTERS - 1).join('')}…` : text
      return {
        x: Math.round(chart.valToPos(at / 1000, 'x', true)),
        short,
        width: ctx.measureText(short).width,
      }
    })
    .filter(({ x }) => x >= bbox.left && x <= bbox.left + bbox.width)
  const places = placeMarks(shown, bbox.left, bbox.left + bbox.width, 4 * dot)
  shown.forEach(({ x, short }, i) => {
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    const place = places[i]
    // Above the areas and the lines: nothing runs through it.
    if (place) ctx.fillText(short, place.from, bbox.top - (place.row + 1) * MARK_ROW * dot)
  })
  ctx.restore()
}

/** How far apart the strokes of a hatched time are, px. */
const HATCH = 7

/** Hatches the times in which money was spent nobody knows when: no height, for there is none. */
function drawUndated(chart: uPlot, undated: readonly Undated[], colour: string): void {
  const { ctx, bbox } = chart
  const gap = HATCH * devicePixelRatio
  ctx.save()
  ctx.strokeStyle = colour
  ctx.lineWidth = devicePixelRatio
  for (const { from, to } of undated) {
    const within = (at: number) =>
      Math.min(Math.max(chart.valToPos(at / 1000, 'x', true), bbox.left), bbox.left + bbox.width)
    const [left, right] = [within(from), within(to)]
    if (right <= left) continue
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, bbox.top, right - left, bbox.height)
    ctx.clip()
    ctx.beginPath()
    for (let x = left - bbox.height; x < right; x += gap) {
      ctx.moveTo(x, bbox.top + bbox.height)
      ctx.lineTo(x + bbox.height, bbox.top)
    }
    ctx.stroke()
    ctx.restore()
  }
  ctx.restore()
}

/**
 * Draws stacked areas of money, marks, and times in which money was spent nobody knows
 * when, into an element. Times are Unix ms.
 */
export function plot(
  into: HTMLElement,
  times: readonly number[],
  lines: readonly Line[],
  marks: readonly Mark[],
  undated: readonly Undated[],
): Plot {
  let marked = marks
  let hatched = undated
  const style = getComputedStyle(into)
  const ink = (name: string) => style.getPropertyValue(name).trim()
  const axis = {
    stroke: ink('--faint'),
    font: `11px ${ink('--font')}`,
    ticks: { show: false },
    grid: { stroke: ink('--line-soft'), width: 1 },
  }
  // Each value holds for its whole step, so the last one gets an end of its own.
  const data = (at: readonly number[], of: readonly Line[]): uPlot.AlignedData => {
    const step = (at[1] ?? 0) - (at[0] ?? 0)
    const times = [...at, (at.at(-1) ?? 0) + step].map((t) => t / 1000)
    return [times, ...stack(of, at.length).map((values) => [...values, values.at(-1) ?? null])]
  }
  const stepped = uPlot.paths.stepped?.({ align: 1 })
  const chart = new uPlot(
    {
      width: Math.max(into.clientWidth, 50),
      height: Math.max(into.clientHeight, 40),
      padding: [() => roomFor(marked.length), 18, 0, 0], // half a label of the last tick fits
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 6 }, y: false },
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 24,
          space: 64,
          values: (_, at) => at.map((t) => axisTime(t * 1000)),
        },
        { ...axis, size: 56, space: 34, values: (_, at) => at.map((v) => shortMoney(Math.round(v))) },
      ],
      series: [
        {},
        ...lines.map((line) => ({
          label: line.name,
          stroke: ink(line.colour),
          width: 1.5,
          fill: lines.length > 1 ? `${ink(line.colour)}66` : `${ink(line.colour)}33`,
          points: { show: false },
          spanGaps: false,
          ...(stepped ? { paths: stepped } : {}),
        })),
      ],
      hooks: {
        drawAxes: [(u) => drawUndated(u, hatched, ink('--line'))],
        draw: [(u) => drawMarks(u, marked, ink('--dim'), `${11 * devicePixelRatio}px ${ink('--font')}`)],
      },
      // A band between each line and the one below, so that fills do not mix.
      bands: lines.slice(1).map((_, i) => ({ series: [i + 2, i + 1] as [number, number] })),
    },
    data(times, lines),
    into,
  )
  return {
    set: (at, of, marks, undated) => {
      const room = roomFor(marked.length)
      marked = marks
      hatched = undated
      chart.setData(data(at, of))
      // The room above is made anew only when an axis is another or, as here, the size is asked for.
      if (roomFor(marks.length) !== room) chart.setSize({ width: chart.width, height: chart.height })
    },
    resize: (width, height) => chart.setSize({ width, height }),
    timeAt: (x) => chart.posToVal(x - chart.over.offsetLeft, 'x') * 1000,
    destroy: () => chart.destroy(),
  }
}
