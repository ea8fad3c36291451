// The npm packages that the page may hold: everything in the lock file that is
// not for development. (npm's own list leaves out what development needs, too.)
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..')

/** The packages: path in the lock, name, version, licence, integrity, and the paths that each needs. */
export function npmPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'frontend/package-lock.json'), 'utf8'))
  const shipped = (path) => path && !packages[path].dev && !packages[path].devOptional && !packages[path].optional
  /** Where Node finds NAME from inside PATH. */
  const resolve = (path, name) => {
    for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
      const there = `${at ? `${at}/` : ''}node_modules/${name}`
      if (packages[there]) return there
      if (!at) return undefined // a peer that nobody installed
    }
  }
  const needs = (path) =>
    Object.keys({ ...packages[path].dependencies, ...packages[path].peerDependencies })
      .map((name) => resolve(path, name))
      .filter((p) => p && shipped(p))
  return {
    top: needs(''),
    all: Object.keys(packages)
      .filter(shipped)
      .map((path) => ({
        path,
        name: path.slice(path.lastIndexOf('node_modules/') + 13),
        version: packages[path].version,
        licence: packages[path].license,
        integrity: packages[path].integrity,
        needs: needs(path),
      })),
  }
}
