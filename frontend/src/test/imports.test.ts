import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Who imports whom, as tests: no circles, and features know of each other what their index makes public. */
const SRC = join(process.cwd(), 'src')

type Import = { from: string; to: string; dynamic: boolean }

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
const IMPORTS: Import[] = FILES.flatMap((from) =>
  [...readFileSync(join(SRC, from), 'utf8').matchAll(/\b(?:from|import)\s*(\(?)\s*'(\.[^']*)'/g)].flatMap(
    ([, bracket = '', path = '']) => {
      const to = resolve(from, path)
      return to === null ? [] : [{ from, to, dynamic: bracket !== '' }]
    },
  ),
)

/** The file that a relative path means, below src; null for styles and what is generated elsewhere. */
function resolve(from: string, path: string): string | null {
  const base = relative(SRC, join(SRC, dirname(from), path))
  const tried = ['', '.ts', '.tsx', '/index.ts'].map((end) => base + end)
  return tried.find((name) => /\.tsx?$/.test(name) && existsSync(join(SRC, name))) ?? null
}

/** A feature's name, or "" for a file of none. */
const featureOf = (name: string) => /^features\/([^/]+)\//.exec(name)?.[1] ?? ''
const shown = (imports: Import[]) => imports.map(({ from, to }) => `${from} → ${to}`)

/** One circle of imports as a path that ends where it begins; empty without any. */
function circle(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>()
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const walk = (name: string, path: string[]): string[] => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name]
    if (done.has(name)) return []
    for (const to of next.get(name) ?? []) {
      const found = walk(to, [...path, name])
      if (found.length > 0) return found
    }
    done.add(name)
    return []
  }
  for (const name of next.keys()) {
    const found = walk(name, [])
    if (found.length > 0) return found
  }
  return []
}

describe('imports', () => {
  it('are found', () => {
    expect(IMPORTS.length).toBeGreaterThan(400)
    expect(circle(['ab', 'bc', 'ca'].map(edge))).toEqual([...'abca'])
    expect(circle(['ab', 'ac', 'bc'].map(edge))).toEqual([])
  })

  it('have no circles', () => {
    expect(circle(IMPORTS.filter((one) => !one.dynamic))).toEqual([])
  })

  it('of a feature from outside are of its index', () => {
    const wrong = IMPORTS.filter(
      ({ from, to, dynamic }) =>
        !dynamic && featureOf(to) !== '' && featureOf(to) !== featureOf(from) && !to.endsWith('/index.ts'),
    )
    expect(shown(wrong)).toEqual([])
  })

  it('of a feature from within are not of its index', () => {
    const wrong = IMPORTS.filter(
      ({ from, to }) => to.endsWith('/index.ts') && featureOf(to) !== '' && featureOf(to) === featureOf(from),
    )
    expect(shown(wrong)).toEqual([])
  })

  it('that come later are those of pages, of parts of the frame, of dialogs that few open, and of what makes things up in a browser', () => {
    const later = IMPORTS.filter((one) => one.dynamic && !/\.test\./.test(one.from)).map(
      ({ from, to }) => `${from} → ${to.split('/')[0]}`,
    )
    expect(new Set(later)).toEqual(
      new Set([
        'app/Banners.tsx → app',
        'app/extras.ts → app',
        'app/pages.ts → features',
        'features/connections/ConnectionsPage.tsx → features',
        'features/connections/GatewayCard.tsx → features',
        'features/keys/index.ts → features',
        'features/mutes/MuteButton.tsx → features',
        'main.tsx → bridge',
        'ui/TimeChart.tsx → ui',
      ]),
    )
  })
})

function edge(pair: string): Import {
  return { from: pair.charAt(0), to: pair.charAt(1), dynamic: false }
}
