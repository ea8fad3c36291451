// One CycloneDX list of all parts: the Go modules of every program, as
// cyclonedx-gomod found them there, and the npm packages of the page. The same
// each time: sorted, with the commit's time and a serial number that follows
// from its content. sbom.mjs GO...
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { npmPackages } from './npm.mjs'

const version = process.env.VERSION
const spdx = (id) => [/ (OR|AND) /.test(id) ? { expression: id } : { license: { id } }]
const by = (key) => (a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0)

// What the detector takes for something else, and those which it cannot see.
const corrected = [
  [/^std$/, 'BSD-3-Clause'],
  [/^golang\.org\/x\//, 'BSD-3-Clause'],
  [/^modernc\.org\//, 'BSD-3-Clause'],
  [/^github\.com\/coder\/websocket$/, 'ISC'],
]

const subject = { 'bom-ref': `gatewatch@${version}`, type: 'application', name: 'gatewatch', version, licenses: spdx('MIT') }
const page = { 'bom-ref': `gatewatch-page@${version}`, type: 'library', name: 'gatewatch-page', version, licenses: spdx('MIT') }
const found = new Map([[page['bom-ref'], page]]) // by reference: programs share most of their modules
const needs = new Map([[subject['bom-ref'], new Set([page['bom-ref']])]])
const need = (ref, on) => needs.set(ref, new Set([...(needs.get(ref) ?? []), ...on]))

for (const file of process.argv.slice(2)) {
  const list = JSON.parse(readFileSync(file, 'utf8'))
  const ref = (r) => (r === list.metadata.component['bom-ref'] ? subject['bom-ref'] : r)
  for (const { properties, ...c } of list.components) {
    const known = corrected.find(([name]) => name.test(c.name))
    if (known) c.licenses = spdx(known[1])
    if (!c.licenses?.length) throw new Error(`no licence is known of ${c['bom-ref']}`)
    found.set(c['bom-ref'], c)
  }
  for (const d of list.dependencies) need(ref(d.ref), (d.dependsOn ?? []).map(ref))
}

const purl = (p) => `pkg:npm/${p.name.replace('@', '%40')}@${p.version}`
const { top, all } = npmPackages()
const at = new Map(all.map((p) => [p.path, purl(p)]))
for (const p of all) {
  if (!p.licence) throw new Error(`no licence is known of ${p.name}`)
  const [alg, content] = p.integrity.split('-')
  found.set(purl(p), {
    'bom-ref': purl(p),
    type: 'library',
    name: p.name,
    version: p.version,
    hashes: [{ alg: alg.toUpperCase().replace('SHA', 'SHA-'), content: Buffer.from(content, 'base64').toString('hex') }],
    licenses: spdx(p.licence.replace(/^\((.*)\)$/, '$1')),
    purl: purl(p),
  })
  need(purl(p), p.needs.map((path) => at.get(path)))
}
need(page['bom-ref'], top.map((path) => at.get(path)))

const bom = {
  version: 1,
  metadata: {
    timestamp: new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString().replace('.000', ''),
    component: subject,
  },
  components: [...found.values()].sort(by('bom-ref')),
  dependencies: [...needs].map(([ref, on]) => ({ ref, dependsOn: [...on].sort() })).sort(by('ref')),
}
const h = createHash('sha256').update(JSON.stringify(bom)).digest('hex')
const serial = `${h.slice(0, 8)}-${h.slice(8, 12)}-5${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20, 32)}`
const head = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${serial}` }
console.log(JSON.stringify({ ...head, ...bom }, null, 1))
