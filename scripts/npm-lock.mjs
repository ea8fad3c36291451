// Completes frontend/package-lock.json. A registry may lag and lack a package
// for a platform that is not ours; npm then leaves it out of the lock, and
// `npm ci` refuses the lock as incomplete. An entry with the exact version and
// its platform is enough: npm does not fetch what is for another platform.
// Usage: node npm-lock.mjs [--check]

import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../frontend/package-lock.json', import.meta.url)
const text = readFileSync(path, 'utf8')
const lock = JSON.parse(text)
const added = []

const systems = ['android', 'darwin', 'linux', 'win32', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix']
const processors = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el']

for (const [owner, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!/^\d+\.\d+\.\d+$/.test(version)) continue
    if (lock.packages[`node_modules/${name}`] || lock.packages[`${owner}/node_modules/${name}`]) continue
    const words = name.split(/[-/]/)
    const os = systems.find((s) => words.includes(s))
    const cpu = processors.find((p) => words.includes(p))
    if (!os || !cpu) continue
    const libc = os === 'linux' ? [words.includes('musl') ? 'musl' : 'glibc'] : undefined
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(entry.dev ? { dev: true } : {}),
      ...(libc ? { libc } : {}),
      license: entry.license,
      optional: true,
      os: [os],
    }
    added.push(`${name}@${version}`)
  }
}

if (process.argv.includes('--check')) {
  for (const name of added) console.log(`package-lock.json lacks ${name}; make lock adds it`)
  process.exitCode = added.length ? 1 : 0
} else if (added.length) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`added to package-lock.json: ${added.join(', ')}`)
}
