// The licences of everything that is shipped: the Go modules that any of the
// builds links, the standard library, and the npm packages of the page.
//
//   licences.mjs FILE    writes FILE
//   licences.mjs --check FILE
//
// A module or package without a licence file is an error, unless below.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { npmPackages, root } from './npm.mjs'

const builds = [
  { GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '1', tags: 'desktop,production,webkit2_41' },
  { GOOS: 'linux', GOARCH: 'arm64', CGO_ENABLED: '0', tags: '' },
  { GOOS: 'windows', GOARCH: 'amd64', CGO_ENABLED: '0', tags: 'desktop,production' },
  { GOOS: 'darwin', GOARCH: 'arm64', CGO_ENABLED: '1', tags: 'desktop,production' },
  { GOOS: 'darwin', GOARCH: 'amd64', CGO_ENABLED: '0', tags: '' },
]
const isLicence = (name) => /^(licen[cs]e|copying|notice|patents)([-._].*)?$/i.test(name) && !/\.(go|html|json)$/i.test(name)

/** The licence files of a folder, as text. */
function licencesIn(dir) {
  return readdirSync(dir, { withFileTypes: true })
    .filter((e) => e.isFile() && isLicence(e.name))
    .map((e) => e.name)
    .sort()
    .map((name) => readFileSync(join(dir, name), 'utf8').replace(/\r\n?/g, '\n').replace(/[ \t\f]+$/gm, '').trim())
}

/** Go modules by name, with the folders of the packages that are linked. */
function goModules() {
  const found = new Map()
  for (const { tags, ...env } of builds) {
    const format = '{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}\t{{.Dir}}'
    const out = execFileSync('go', ['list', '-deps', '-tags', tags, '-f', format, '.'], {
      cwd: root,
      env: { ...process.env, GOFLAGS: '', ...env },
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    })
    for (const line of out.split('\n')) {
      const [path, version, dir, pkg] = line.split('\t')
      if (!pkg) continue
      if (!found.has(path)) found.set(path, { name: path, version, dir, folders: new Set() })
      for (let d = pkg; d.length >= dir.length; d = dirname(d)) found.get(path).folders.add(d)
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function goParts() {
  const goroot = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim()
  const parts = [{ name: 'The Go standard library', version: '', texts: licencesIn(goroot) }]
  for (const m of goModules()) {
    const texts = new Set()
    for (const dir of [...m.folders].sort()) for (const text of licencesIn(dir)) texts.add(text)
    parts.push({ name: m.name, version: m.version, texts: [...texts] })
  }
  return parts
}

function npmParts() {
  const parts = new Map()
  for (const { path } of npmPackages().all) {
    const dir = join(root, 'frontend', path)
    if (!existsSync(dir)) throw new Error(`${path} is not installed: npm ci`)
    const about = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
    const texts = licencesIn(dir)
    // Some packages name their licence only.
    if (texts.length === 0 && about.license) texts.push(`${about.license}, as its package.json says${author(about)}.`)
    parts.set(`${about.name} ${about.version}`, { name: about.name, version: about.version, texts })
  }
  return [...parts.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function author(about) {
  const a = typeof about.author === 'string' ? about.author : about.author?.name
  return a ? `; author: ${a.replace(/\s*[<(].*$/, '')}` : ''
}

function page(parts) {
  const missing = parts.filter((p) => p.texts.length === 0)
  if (missing.length > 0) throw new Error(`no licence is found for ${missing.map((p) => p.name).join(', ')}`)
  const rule = '='.repeat(78)
  const head = [
    'Gatewatch is under the MIT licence, which stands first. It holds the work of',
    `others, ${parts.length} parts, each under its own licence, which follow.`,
  ]
  const own = readFileSync(join(root, 'LICENSE'), 'utf8').trim()
  const first = new Map() // a long text stands once
  const blocks = parts.map((p) => {
    const texts = p.texts.map((t) => {
      const before = first.get(t)
      if (before) return `(The text is the same as that of ${before} above.)`
      if (t.length > 3000) first.set(t, p.name)
      return t
    })
    return `${rule}\n${`${p.name} ${p.version}`.trim()}\n${rule}\n\n${texts.join('\n\n')}\n`
  })
  return `${head.join('\n')}\n\n${rule}\nGatewatch\n${rule}\n\n${own}\n\n${blocks.join('\n')}`
}

const check = process.argv[2] === '--check'
const file = process.argv[check ? 3 : 2]
const text = page([...goParts(), ...npmParts()])
if (!check) writeFileSync(file, text)
else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
  console.error(`${file} is not what is shipped now: make generate writes it.`)
  process.exit(1)
}
