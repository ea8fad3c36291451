import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Conventions that no type can hold, as tests. */
const SRC = join(process.cwd(), 'src')
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|tsx)$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.startsWith('test/'))
  .map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }))

const filesWith = (pattern: RegExp) =>
  FILES.filter((file) => pattern.test(file.text)).map((file) => file.name)
const importsOf = (text: string) =>
  [...text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map((match) => match[1] ?? '')

describe('conventions', () => {
  it('there are files to look at', () => expect(FILES.length).toBeGreaterThan(50))

  it('what a gateway sends is only ever text', () => {
    expect(
      filesWith(/dangerouslySetInnerHTML|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write/),
    ).toEqual([])
  })

  it('nothing is made into code', () => {
    expect(filesWith(/\beval\(|new Function\(|javascript:/)).toEqual([])
  })

  it('no address from a gateway is loaded or linked: the only pictures are our own', () => {
    const sources = FILES.flatMap((file) => [...file.text.matchAll(/\bsrc=(\S+)/g)].map((match) => match[1]))
    expect(new Set(sources)).toEqual(new Set(['"./icon.svg"']))
    expect(filesWith(/href=\{(?!`#)/)).toEqual([])
    expect(filesWith(/window\.open\(|target="_blank"/)).toEqual([])
  })

  it('only the bridge knows the application behind it', () => {
    const knowing = FILES.filter(
      (file) =>
        importsOf(file.text).some((path) => path.includes('wailsjs')) ||
        /window\.go\b|\.EventsOn\(/.test(file.text),
    )
    expect(knowing.map((file) => file.name).filter((name) => !name.startsWith('bridge/'))).toEqual([])
  })

  it('only the bridge gives the generated types their names', () => {
    expect(filesWith(/from '.*wailsjs\/go\/models'/)).toEqual(['bridge/bound.ts', 'bridge/types.ts'])
  })

  it('the mirror is written by its sync alone, and by the replay of what it was', () => {
    expect(filesWith(/(liveStore|mirrorOfNow\(\))\.setState/).sort()).toEqual([
      'live/replay.ts',
      'live/store.ts',
      'live/sync.ts',
    ])
  })

  it('imports go downward', () => {
    const LEVEL: Record<string, number> = { lib: 0, bridge: 1, live: 2, ui: 2, features: 3, app: 4 }
    const levelOf = (path: string) => LEVEL[path.split('/')[0] ?? ''] ?? 5
    const wrong = FILES.flatMap((file) =>
      importsOf(file.text)
        .filter((path) => path.startsWith('.'))
        .map((path) => relative(SRC, join(SRC, file.name, '..', path)))
        .filter((path) => !path.startsWith('../wailsjs') && levelOf(path) > levelOf(file.name))
        .map((path) => `${file.name} → ${path}`),
    )
    expect(wrong).toEqual([])
  })

  it('live rows are plain elements', () => {
    const rows = FILES.filter((file) => /Row\.tsx$|DataTable\.tsx$/.test(file.name))
    expect(rows.length).toBeGreaterThan(4)
    expect(rows.filter((file) => file.text.includes('@mantine')).map((file) => file.name)).toEqual([])
  })

  it('every class that is named is in its style sheet, and the other way round', () => {
    const named = new Map<string, Set<string>>()
    const open = new Set<string>() // sheets whose classes are also named by a value
    for (const file of FILES) {
      const sheet = /import css from '([^']+)'/.exec(file.text)?.[1]
      if (!sheet) continue
      const path = join(SRC, file.name, '..', sheet)
      const names = named.get(path) ?? new Set()
      for (const [, name = ''] of file.text.matchAll(/\bcss\.(\w+)/g)) names.add(name)
      if (file.text.includes('css[')) open.add(path)
      named.set(path, names)
    }
    expect(named.size).toBeGreaterThan(15)
    const wrong = [...named].flatMap(([path, names]) => {
      const text = readFileSync(path, 'utf8').replace(/:global\([^)]*\)|\/\*[\s\S]*?\*\//g, '')
      const classes = new Set([...text.matchAll(/\.([a-zA-Z][\w-]*)/g)].map((match) => match[1] ?? ''))
      const idle = open.has(path) ? [] : [...classes].filter((name) => !names.has(name))
      return [
        ...[...names]
          .filter((name) => !classes.has(name))
          .map((name) => `${relative(SRC, path)} lacks ${name}`),
        ...idle.map((name) => `nothing has class ${name} of ${relative(SRC, path)}`),
      ]
    })
    expect(wrong).toEqual([])
  })

  it('components stay readable', () => {
    const long = FILES.filter((file) => file.name.endsWith('.tsx') && file.text.split('\n').length > 260)
    expect(long.map((file) => file.name)).toEqual([])
  })

  it('versions are exact', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      string,
      Record<string, string>
    >
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies })
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })

  it('the lock names no registry', () => {
    expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved"|https?:\/\/[^"]*\/-\//)
  })
})
