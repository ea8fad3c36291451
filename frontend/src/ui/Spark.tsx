import type { Shown } from './Fact'

const [WIDTH, HEIGHT] = [72, 18]

/** A small curve without axes, from nothing to the most it shows; where nothing is known (negative) it has a gap. */
export function Spark({ values, label, fact }: { values: readonly number[]; label: string; fact: Shown }) {
  const most = Math.max(...values)
  if (values.length < 2 || most < 0) return null
  const x = (i: number) => (i / (values.length - 1)) * WIDTH
  const y = (value: number) => HEIGHT - 1.5 - (most === 0 ? 0 : (value / most) * (HEIGHT - 3))
  let path = ''
  values.forEach((value, i) => {
    if (value < 0) return
    const begins = i === 0 || (values[i - 1] ?? -1) < 0
    path += `${begins ? 'M' : 'L'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`
    if (begins && (values[i + 1] ?? -1) < 0) path += 'h1.5' // alone between gaps
  })
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      {...fact}
    >
      <title>{label}</title>
      <path d={path} fill="none" stroke="var(--s1)" strokeWidth="1.3" strokeLinejoin="round" />
    </svg>
  )
}
