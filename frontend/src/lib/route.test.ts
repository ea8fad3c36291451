import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRoute, pathTo } from './route'

describe('parseRoute', () => {
  it.each([
    ['', { page: 'now', open: '' }],
    ['/spend', { page: 'spend', open: '' }],
    ['/alerts?id=ab%2Fc', { page: 'alerts', open: 'ab/c' }],
    ['#/tasks/prod%2F7', { page: 'tasks', open: 'prod/7' }],
    ['/nonsense', { page: 'now', open: '' }],
    ['/spend/%E0%A4%A', { page: 'spend', open: '%E0%A4%A' }],
  ])('%s', (location, route) => expect(parseRoute(location)).toEqual(route))

  it('reads back every id that it wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
        expect(parseRoute(pathTo('spend', id))).toEqual({ page: 'spend', open: id })
      }),
    )
  })
})
