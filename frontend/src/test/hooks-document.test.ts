import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** Parts of the page that others build on; a component's own hooks are its own. */
const OFFERED = ['bridge', 'live', 'lib', 'ui', 'features']

const hooks = OFFERED.flatMap((folder) =>
  readdirSync(join('src', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .flatMap((name) => [
      ...readFileSync(join('src', folder, name), 'utf8').matchAll(
        /^export (?:function|const) (use[A-Z]\w*)/gm,
      ),
    ]),
).map((match) => match[1] ?? '')

it('every hook is explained, and nothing else is', () => {
  const text = readFileSync('../docs/hooks.md', 'utf8')
  const explained = [...text.matchAll(/^### (\w+)$/gm)].map((match) => match[1] ?? '')
  expect(hooks.length).toBeGreaterThan(20)
  expect(explained.toSorted()).toEqual([...new Set(hooks)].toSorted())
})
