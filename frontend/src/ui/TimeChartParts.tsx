import { clock, money } from '../lib/format'
import { shows, unlessNegative } from './Fact'
import type { Line, Undated } from './plot'
import css from './TimeChart.module.css'

/** So many are named one by one. */
const NAMED = 2

/** Says what was spent between two times, and that it is not known when: in the chart those times are hatched. */
export function UndatedNotes({ of, spans }: { of: string; spans: readonly Undated[] }) {
  const first = Math.min(...spans.map(({ from }) => from))
  const last = Math.max(...spans.map(({ to }) => to))
  const several = { from: first, to: last, amount: spans.reduce((sum, { amount }) => sum + amount, 0) }
  const words = ({ from, to, amount }: Undated) => `${money(amount)} between ${clock(from)} and ${clock(to)}`
  return (spans.length > NAMED ? [several] : spans).map((span, i) => (
    <span
      // biome-ignore lint/suspicious/noArrayIndexKey: two gateways may have the same times
      key={i}
      className={css.undated}
      title={['Nobody watched then: only what was spent in all is known.', ...spans.map(words)].join('\n')}
    >
      <i />
      <span {...shows('chart.undated', `${of}|${span.from}|${span.to}`)}>
        {words(span)}
        {span === several ? `, in ${spans.length} times` : ''}
      </span>
    </span>
  ))
}

/** The same numbers as in the chart, the newest first. */
export function ChartTable({
  label,
  times,
  lines,
  height,
  fact,
  of,
}: {
  fact: string
  of: string
  label: string
  times: readonly number[]
  lines: readonly Line[]
  height: number | undefined
}) {
  return (
    <div
      className={css.tableBox}
      style={height === undefined ? { flex: '1 1 0', minHeight: 0 } : { height }}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {lines.map((line) => (
              <th key={line.name} scope="col">
                <bdi {...shows('name')}>{line.name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times
            .map((at, i) => (
              <tr key={at}>
                <th scope="row" {...shows('chart.time', String(at))}>
                  {clock(at)}
                </th>
                {lines.map((line) => {
                  const value = line.values[i] ?? -1
                  return (
                    <td
                      key={line.name}
                      {...shows(`${fact}.cell`, `${of}|${line.name}|${at}`, unlessNegative(value))}
                    >
                      {value < 0 ? 'no data' : money(value)}
                    </td>
                  )
                })}
              </tr>
            ))
            .reverse()}
        </tbody>
      </table>
    </div>
  )
}
