import { useComputedColorScheme } from '@mantine/core'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { clock, money } from '../lib/format'
import { EARLY_MS } from '../lib/time'
import { SmallButton } from './controls'
import { type Shown, shows } from './Fact'
import type { Line, Mark, Plot, Undated } from './plot'
import css from './TimeChart.module.css'
import { ChartTable, UndatedNotes } from './TimeChartParts'

/** Redrawing costs more than anything else on the page; data comes once a second at best. */
const REDRAW_MS = 1000

/**
 * Money over time, stacked. Drawn at most once a second, and not while the
 * window is hidden. The same numbers can be had as a table.
 */
export function TimeChart({
  label,
  from,
  stepMs,
  lines,
  marks = NO_MARKS,
  undated = NONE,
  height,
  fact,
  of,
  deedAt,
}: {
  label: string
  /** What can be done about a time that was chosen in the chart, by a click or with the arrow keys. */
  deedAt?: (at: number) => ReactNode
  /** Which fact the sums are, and of what; a minute's cell is "fact.cell" of "of|line|time". */
  fact: string
  of: string
  /** Start of the first step, Unix ms. */
  from: number
  stepMs: number
  lines: readonly Line[]
  /** What people noted that they did, and what was altered; only what falls into the time is drawn. */
  marks?: readonly Mark[]
  /** What was spent in none of the steps, for nobody knows in which. */
  undated?: readonly Undated[] | undefined
  /** Pixels; without it the chart takes the height of its container. */
  height?: number | undefined
}) {
  const [asTable, setAsTable] = useState(false)
  const [chosen, setChosen] = useState<number | null>(null)
  const length = lines[0]?.values.length ?? 0
  const choose = (at: number) => {
    const step = Math.floor((at - from) / stepMs)
    setChosen(from + Math.min(Math.max(step, 0), length - 1) * stepMs)
  }
  const times = useMemo(() => Array.from({ length }, (_, i) => from + i * stepMs), [from, stepMs, length])
  const within = marks.filter(({ at }) => at >= from && at < from + length * stepMs)
  return (
    <figure className={css.figure}>
      <figcaption className={css.caption}>
        <span className={css.legend}>
          {lines.length > 1
            ? lines.map((line) => (
                <span key={line.name}>
                  <i style={{ background: `var(${line.colour})` }} />
                  <bdi {...shows('name')}>{line.name}</bdi>
                </span>
              ))
            : null}
          <UndatedNotes of={of} spans={undated} />
        </span>
        {deedAt && chosen !== null ? (
          <span className={css.chosen}>
            {clock(chosen)} {deedAt(chosen)}
          </span>
        ) : null}
        <SmallButton aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Chart' : 'Table'}
        </SmallButton>
      </figcaption>
      {asTable ? (
        <ChartTable label={label} times={times} lines={lines} height={height} fact={fact} of={of} />
      ) : (
        <Canvas
          label={[`${label}. ${summary(lines)}`, ...within.map(markWords)].join('; ')}
          times={times}
          lines={lines}
          marks={within}
          undated={undated}
          height={height}
          fact={shows(fact, of)}
          onChoose={deedAt ? choose : undefined}
          onStep={(by) => choose((chosen ?? from + length * stepMs) + by * stepMs)}
        />
      )}
    </figure>
  )
}

function Canvas({
  label,
  times,
  lines,
  marks,
  undated,
  height,
  fact,
  onChoose,
  onStep,
}: {
  fact: Shown
  label: string
  /** A time was clicked; without it none can be chosen. */
  onChoose: ((at: number) => void) | undefined
  /** So many steps on or back, by the keyboard. */
  onStep: (by: number) => void
  times: readonly number[]
  lines: readonly Line[]
  marks: readonly Mark[]
  undated: readonly Undated[]
  height: number | undefined
}) {
  const box = useRef<HTMLDivElement>(null)
  const drawn = useRef<Plot | null>(null)
  const latest = useRef({ times, lines, marks, undated })
  latest.current = { times, lines, marks, undated }
  const scheme = useComputedColorScheme('dark')
  const shape = lines.map((line) => `${line.name}\u0000${line.colour}`).join('\u0001')

  // A chart is made anew only if its lines or the colours are others.
  // biome-ignore lint/correctness/useExhaustiveDependencies: scheme and shape are why it is made anew
  useEffect(() => {
    const into = box.current
    if (!into) return
    let gone = false
    const sizes = new ResizeObserver(() => drawn.current?.resize(into.clientWidth, into.clientHeight))
    void import('./plot').then(({ plot }) => {
      if (gone || !canDraw()) return
      drawn.current = plot(into, ...parts(latest.current))
      sizes.observe(into)
    })
    return () => {
      gone = true
      sizes.disconnect()
      drawn.current?.destroy()
      drawn.current = null
    }
  }, [scheme, shape])

  const draw = useRef({ due: 0 })
  const marked = marks.map(markWords).join()
  const hatched = undated.map(({ from, to }) => `${from} ${to}`).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: that what is drawn is other is why it is drawn again
  useEffect(() => {
    const drawNow = () => {
      if (document.visibilityState === 'hidden') return
      draw.current.due = Date.now() + REDRAW_MS
      drawn.current?.set(...parts(latest.current))
    }
    const wait = draw.current.due - Date.now()
    if (wait <= EARLY_MS) {
      drawNow()
      return
    }
    const timer = setTimeout(drawNow, wait)
    return () => clearTimeout(timer)
  }, [times, lines, marked, hatched])
  return (
    <div
      ref={box}
      className={css.canvas}
      style={height === undefined ? { flex: '1 1 0', minHeight: 0 } : { height }}
      role="img"
      aria-label={label}
      tabIndex={onChoose ? 0 : undefined}
      onClick={(event) => {
        const at = drawn.current?.timeAt(event.clientX - event.currentTarget.getBoundingClientRect().left)
        if (at !== undefined && Number.isFinite(at)) onChoose?.(at)
      }}
      onKeyDown={(event) => {
        if (!onChoose || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return
        event.preventDefault()
        onStep(event.key === 'ArrowLeft' ? -1 : 1)
      }}
      {...fact}
    />
  )
}

const NO_MARKS: readonly Mark[] = []
const NONE: readonly Undated[] = []

/** What a chart is made of, in the order in which it takes it. */
function parts(of: {
  times: readonly number[]
  lines: readonly Line[]
  marks: readonly Mark[]
  undated: readonly Undated[]
}) {
  return [of.times, of.lines, of.marks, of.undated] as const
}

function markWords({ at, text, altered }: Mark): string {
  return `${altered ? 'altered' : 'marked'} at ${clock(at)}: ${text}`
}

function canDraw(): boolean {
  return document.createElement('canvas').getContext('2d') !== null
}

function summary(lines: readonly Line[]): string {
  return lines
    .map((line) => {
      const known = line.values.filter((value) => value >= 0)
      return `${line.name}: ${money(known.reduce((sum, value) => sum + value, 0))} in all`
    })
    .join('; ')
}
