import { memo } from 'react'
import { shows } from './Fact'
import css from './HourStrip.module.css'

const CELLS = 60

/** Height of a cell: worse is taller, so that it is seen without colour too. */
const HEIGHTS: Record<string, number> = { h: 6, d: 12, u: 20, x: 3 }
const WORDS: Record<string, string> = {
  h: 'healthy',
  d: 'degraded',
  u: 'unhealthy',
  x: 'disabled',
  '.': 'no data',
}

/** The last 60 minutes of a provider, a cell a minute, newest at the end. */
export const HourStrip = memo(function HourStrip({
  hour,
  name,
  of,
  health,
}: {
  hour: string
  /** How it is now, in a word: the newest minute shows the worst that it was within it. */
  health: string
  name: string
  /** The provider's id. */
  of: string
}) {
  const cells = hour.padStart(CELLS, '.').slice(-CELLS)
  return (
    <svg
      className={css.strip}
      viewBox={`0 0 ${CELLS * 4} 20`}
      preserveAspectRatio="none"
      role="img"
      aria-label={describe(cells, name, health)}
      {...shows('provider.hour', of)}
    >
      {runs(cells).map((run) => (
        <path key={run.from} className={css[run.letter === '.' ? 'none' : run.letter]} d={draw(run)} />
      ))}
    </svg>
  )
})

type Run = { letter: string; from: number; length: number }

function runs(cells: string): Run[] {
  const all: Run[] = []
  for (let i = 0; i < cells.length; i++) {
    const letter = cells[i] ?? '.'
    const last = all.at(-1)
    if (last && last.letter === letter) last.length++
    else all.push({ letter, from: i, length: 1 })
  }
  return all
}

function draw({ letter, from, length }: Run): string {
  const height = HEIGHTS[letter] ?? 2
  let path = ''
  for (let i = from; i < from + length; i++) path += `M${i * 4} 20v-${height}h3v${height}z`
  return path
}

function describe(cells: string, name: string, health: string): string {
  const phrases = [...'uxd'].flatMap((letter) => {
    const minutes = [...cells].filter((cell) => cell === letter).length
    return minutes > 0 ? [`${WORDS[letter]} for ${minutes} min`] : []
  })
  return `${name}, last hour: ${phrases.length > 0 ? phrases.join(', ') : 'nothing bad seen'}; now ${health.toLowerCase()}`
}
