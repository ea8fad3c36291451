import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

type Output = Rolldown.OutputChunk | Rolldown.OutputAsset

/** What may be loaded, bytes gzipped: before the page that the window opens on stands, and what any other adds to it. */
type Limits = { first: string; most: number; adds: number }

/**
 * Measures what the window loads before its first page stands (index.html, what
 * it needs in any case, and everything that the page draws with, styles and
 * charts included), and what each other page adds to that and to the parts of
 * the frame that come right after the first paint, before it stands. Charts are in
 * the first page's; what a page loads when something is opened on it is not counted. The build fails above the limits.
 */
export function firstLoad({ first, most, adds }: Limits): Plugin {
  return {
    name: 'first-load',
    apply: 'build',
    enforce: 'post',
    writeBundle(_, bundle) {
      const { firstBytes, added } = sizesOf(Object.values(bundle), first)
      const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`
      const lines = added.map(([page, bytes]) => `  ${page} adds ${kB(bytes)}`)
      this.info(`first load, gzipped:\n  ${first} ${kB(firstBytes)}\n${lines.join('\n')}`)
      if (firstBytes === 0 || added.length < 8)
        this.error('first load: the pages are not found in what was built')
      if (firstBytes > most)
        this.error(
          `first load: ${first} needs ${firstBytes} bytes gzipped, more than the ${most} that are allowed`,
        )
      for (const [page, bytes] of added)
        if (bytes > adds)
          this.error(
            `first load: ${page} adds ${bytes} bytes gzipped, more than the ${adds} that are allowed`,
          )
    },
  }
}

/**
 * Holds a style sheet to import the styles of every part of the kit that is
 * used; of what is not used it warns. Each part's classes are a module of its name.
 */
export function kitStyles(sheet: string): Plugin {
  return {
    name: 'kit-styles',
    apply: 'build',
    generateBundle(_, bundle) {
      const used = new Set<string>()
      for (const chunk of Object.values(bundle).filter((one) => one.type === 'chunk'))
        for (const [id, { renderedLength }] of Object.entries(chunk.modules)) {
          const name = /@mantine\/core\/esm\/.*\/(\w+)\.module\.mjs$/.exec(id)?.[1] ?? ''
          if (renderedLength > 0 && name) used.add(name)
        }
      const imported = new Set(
        [...readFileSync(sheet, 'utf8').matchAll(/core\/styles\/([A-Z]\w+)\.css/g)].map(
          (match) => match[1] ?? '',
        ),
      )
      const missing = [...used].filter((name) => !imported.has(name))
      const idle = [...imported].filter((name) => !used.has(name))
      if (used.size === 0) this.error('kit-styles: nothing of the kit is found in what was built')
      if (idle.length > 0) this.warn(`${sheet} has styles that nothing uses: ${idle.join(', ')}`)
      const lines = missing.map((name) => `  @import "@mantine/core/styles/${name}.css";`)
      if (lines.length > 0) this.error(`${sheet} lacks the styles of what is used:\n${lines.join('\n')}`)
    },
  }
}

/** The bytes of the first page's load, and those that each other page adds, most first. */
function sizesOf(
  outputs: Output[],
  first: string,
): { firstBytes: number; added: [page: string, bytes: number][] } {
  const chunks = outputs.filter((one) => one.type === 'chunk')
  const byName = new Map(outputs.map((one) => [one.fileName, one]))
  const entry = chunks.find((chunk) => chunk.isEntry)
  const pages = chunks.filter((chunk) => /\/features\/\w+\/\w+Page\.tsx$/.test(chunk.facadeModuleId ?? ''))
  const opened = pages.find((page) => page.name === first)
  const extras = chunks.find((chunk) => /\/extraParts\.ts$/.test(chunk.facadeModuleId ?? ''))
  if (!entry || !opened || !extras) return { firstBytes: 0, added: [] }
  const sum = (files: Iterable<string>) =>
    [...files].reduce((bytes, name) => bytes + gzipped(byName.get(name)), 0)
  const loaded = new Set<string>(['index.html'])
  collect(entry, loaded, byName, false)
  collect(opened, loaded, byName, true)
  const firstBytes = sum(loaded)
  collect(extras, loaded, byName, false)
  const added = pages
    .filter((page) => page !== opened)
    .map((page): [string, number] => {
      const files = new Set<string>()
      collect(page, files, byName, false)
      return [page.name, sum([...files].filter((name) => !loaded.has(name)))]
    })
  return { firstBytes, added: added.sort((a, b) => b[1] - a[1]) }
}

/** Adds a chunk's file, its styles, and those of all that it imports; with later, also what it loads afterwards. */
function collect(
  chunk: Rolldown.OutputChunk,
  files: Set<string>,
  byName: ReadonlyMap<string, Output>,
  later: boolean,
): void {
  files.add(chunk.fileName)
  const { importedCss } = (chunk as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata ?? {}
  for (const name of importedCss ?? []) files.add(name)
  for (const name of later ? [...chunk.imports, ...chunk.dynamicImports] : chunk.imports) {
    const next = byName.get(name)
    if (next?.type === 'chunk' && !files.has(name)) collect(next, files, byName, later)
  }
}

function gzipped(output: Output | undefined): number {
  if (!output) return 0
  return gzipSync(output.type === 'chunk' ? output.code : output.source, { level: 9 }).length
}
