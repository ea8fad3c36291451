import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CATEGORIES } from './categories'

/** Every kind of fact that Go declares can be found by one of the sorts. */
it('no kind of event is left out of the filter', () => {
  const dir = '../internal/core/event'
  const kinds = readdirSync(dir)
    .filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
    .flatMap((name) => [
      ...readFileSync(`${dir}/${name}`, 'utf8').matchAll(/Kind\(\) Kind +\{ return "([^"]+)" \}/g),
    ])
    .map((match) => match[1] ?? '')
  expect(kinds.length).toBeGreaterThan(10)
  const listed = Object.values(CATEGORIES).flatMap(([, of]) => of)
  expect(kinds.filter((kind) => !listed.includes(kind))).toEqual([])
  expect(new Set(listed).size).toBe(listed.length)
})
