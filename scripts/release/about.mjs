// What every package says of Gatewatch, from build/about.json, CHANGELOG.md
// and the environment (VERSION, SOURCE_DATE_EPOCH), and templates filled with
// it: each @NAME@ of a template is one of these values.
//
//   about.mjs get NAME            prints one value
//   about.mjs fill TEMPLATE FILE  writes FILE
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** The releases of CHANGELOG.md, newest first: `## 0.2.0 (2026-12-24)` and the lines below it. */
export function releases(text) {
  const found = []
  for (const line of text.split('\n')) {
    const head = /^## (\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)$/.exec(line)
    if (head) found.push({ version: head[1], date: head[2], items: [] })
    else if (line.startsWith('## ') && line !== '## Unreleased') throw new Error(`CHANGELOG.md: cannot read "${line}"`)
    else if (found.length > 0 && line.startsWith('* ')) found.at(-1).items.push(line.slice(2))
    else if (found.length > 0 && /^ {2}\S/.test(line)) found.at(-1).items.push(`${found.at(-1).items.pop()} ${line.trim()}`)
  }
  if (found.length === 0) throw new Error('CHANGELOG.md names no release')
  return found
}

const xml = (s) => s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
const plain = (s) => s.replace(/[`*]/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')

/** The changelog in the form of Debian; what is built stands first, even if it is no release. */
function debianChangelog(about, log, version, date) {
  const rfc = (d) => d.toUTCString().replace('GMT', '+0000')
  const entries = log.map((r) => ({ ...r, at: new Date(`${r.date}T00:00:00Z`) }))
  if (entries[0].version !== version) entries.unshift({ version: version.replace('-', '~'), at: date, items: ['Built before its release.'] })
  return entries
    .map(({ version: v, at, items }) => {
      const lines = items.map((i) => `  * ${plain(i).replace(/(.{1,72})( |$)/g, '$1\n    ').trim()}`)
      return `${about.command} (${v}) stable; urgency=medium\n\n${lines.join('\n')}\n\n -- ${about.maintainer}  ${rfc(at)}\n`
    })
    .join('\n')
}

/** All values by name. */
export function values(env = process.env) {
  const about = JSON.parse(readFileSync(join(root, 'build/about.json'), 'utf8'))
  const log = releases(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'))
  const version = env.VERSION || log[0].version
  const date = new Date(Number(env.SOURCE_DATE_EPOCH || 0) * 1000)
  // Windows and macOS know numbers only.
  const numbers = /^(\d+)\.(\d+)\.(\d+)/.exec(version)
  if (!numbers) throw new Error(`${version} is no version`)
  const all = {
    VERSION: version,
    NUMBERS: numbers[0],
    NUMBERS4: `${numbers[0]}.0`,
    DATE: date.toISOString().slice(0, 10),
    YEAR: String(date.getUTCFullYear()),
    DESCRIPTION_XML: about.description.map((p) => `    <p>${xml(p)}</p>`).join('\n'),
    RELEASES_XML: log
      .map((r) => {
        const items = r.items.map((i) => `          <li>${xml(plain(i))}</li>`).join('\n')
        return `    <release version="${r.version}" date="${r.date}">\n      <description>\n        <ul>\n${items}\n        </ul>\n      </description>\n    </release>`
      })
      .join('\n'),
    DEBIAN_CHANGELOG: debianChangelog(about, log, version, date),
    DOWNLOADS_VERSION: `${about.downloads}/v${version}`,
  }
  for (const [name, value] of Object.entries(about)) {
    all[name.toUpperCase()] = Array.isArray(value) ? value.join('\n\n') : value
  }
  return all
}

/** The template's text with its values; a name that is not known is an error. */
export function fill(text, known) {
  return text.replace(/@([A-Z][A-Z0-9_]*)@/g, (_, name) => {
    if (known[name] === undefined) throw new Error(`the template wants @${name}@, which is not known`)
    return known[name]
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [what, a, b] = process.argv.slice(2)
  const known = values()
  if (what === 'get' && known[a] !== undefined) console.log(known[a])
  else if (what === 'fill' && b) {
    for (const [name, value] of Object.entries(process.env)) if (name.startsWith('FILL_')) known[name.slice(5)] = value
    mkdirSync(dirname(b), { recursive: true })
    writeFileSync(b, fill(readFileSync(a, 'utf8'), known))
  } else {
    console.error('usage: about.mjs get NAME | fill TEMPLATE FILE')
    process.exit(2)
  }
}
