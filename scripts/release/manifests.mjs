// What winget, Homebrew and the AUR are told, from build/about.json and the
// files that were built:
//
//   manifests.mjs DIST       into DIST/manifests
//   manifests.mjs cask DMG   the cask of a Mac's disk image, beside it
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fill, root, values } from './about.mjs'

const from = join(root, 'build/manifests')

/** The name and checksum of a file as values for templates. */
function file(name, path) {
  const sum = createHash('sha256').update(readFileSync(path)).digest('hex')
  return { [`${name}_FILE`]: basename(path), [`${name}_SHA256`]: sum, [`${name}_SHA256_UPPER`]: sum.toUpperCase() }
}

function write(template, target, known) {
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, fill(readFileSync(join(from, template), 'utf8'), known))
}

const known = values()
const v = known.VERSION
if (process.argv[2] === 'cask') {
  const dmg = process.argv[3]
  write('homebrew/gatewatch.rb', join(dirname(dmg), 'manifests/homebrew/gatewatch.rb'), { ...known, ...file('DMG', dmg) })
} else {
  const dist = process.argv[2]
  Object.assign(
    known,
    { AUR_VERSION: v.replaceAll('-', '_') }, // a version there has no dash
    file('TAR', join(dist, `gatewatch-${v}-linux-amd64.tar.gz`)),
    file('STATIC_AMD64', join(dist, `gatewatch-${v}-linux-amd64-static.tar.gz`)),
    file('STATIC_ARM64', join(dist, `gatewatch-${v}-linux-arm64-static.tar.gz`)),
    file('MACOS', join(dist, `gatewatch-${v}-macos-universal-static.tar.gz`)),
    file('SETUP', join(dist, `gatewatch-${v}-windows-amd64-setup.exe`)),
  )
  const to = join(dist, 'manifests')
  for (const name of ['', '.installer', '.locale.en-GB']) {
    const yaml = `Gatewatch.Gatewatch${name}.yaml`
    write(`winget/${yaml}`, join(to, 'winget', yaml), known)
  }
  write('homebrew/gatewatch-cli.rb', join(to, 'homebrew/gatewatch-cli.rb'), known)
  write('aur/PKGBUILD', join(to, 'aur/PKGBUILD'), known)
  write('aur/SRCINFO', join(to, 'aur/.SRCINFO'), known)
}
