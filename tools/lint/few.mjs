// Shortens golangci-lint's list of linters to those that are enabled.
//
//   few.mjs .golangci.yml COPY    writes in the copy of its module
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [settings, copy] = process.argv.slice(2)
const list = join(copy, 'pkg/lint/lintersdb/builder_linter.go')
const packages = 'github.com/golangci/golangci-lint/v2/pkg/golinters'

const enabled = new Set(
  [...(/^ {2}enable:\n((?: {4}- .+\n)+)/m.exec(readFileSync(settings, 'utf8'))?.[1] ?? '').matchAll(/- (\S+)/g)].map(([, name]) => name),
)
enabled.add('nolintlint') // other parts of it ask for this one
const kept = new Set()

const source = readFileSync(list, 'utf8')
  // Each linter is a call to NewConfig over some lines, with an empty line after it.
  .replace(/^\t\tlinter\.NewConfig\((\w+)\.[\s\S]*?,\n(?=\n|\t\}, nil)/gm, (config, name) => {
    if (!enabled.has(name)) return ''
    kept.add(name)
    return config
  })
  .replace(new RegExp(`^\\t"${packages}(?:/(\\w+))?"\\n`, 'gm'), (line, name) => (kept.has(name) ? line : ''))

const lacking = [...enabled].filter((name) => !kept.has(name))
if (lacking.length > 0) throw new Error(`golangci-lint has no list entry for ${lacking.join(', ')}: its list looks other than tools/lint/few.mjs expects`)
writeFileSync(list, source)
