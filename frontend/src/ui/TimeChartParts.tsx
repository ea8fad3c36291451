import { clock, money } from '../lib/format'
import { shows, unlessNegative } from './Fact'
import type { Line, Undated } from './plot'
import css from './TimeChart.module.css'

/** Says what was spent between two times, and that it is not known when: in the chart that time is hatched. */
export function UndatedNote({ of, span }: { of: string; span: Undated }) {
  return (
    <span
      className={css.undated}
      title="Nobody watched then, and the gateway says only what was spent in all."
    >
      <i />
      <span {...shows('chart.undated', `${of}|${span.from}|${span.to}`)}>
        {money(span.amount)} between {clock(span.from)} and {clock(span.to)}
      </span>
    </span>
  )
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
