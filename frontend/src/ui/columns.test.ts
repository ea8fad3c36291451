import { expect, it } from 'vitest'
import { fitting } from './columns'

const COLUMNS = [
  { key: 'name', head: 'Name', width: 'minmax(160px, 1fr)' },
  { key: 'kind', head: 'Kind', width: '100px', from: 200 },
  { key: 'gateway', head: 'Gateway', width: '96px', from: 300 },
]

const at = (width: number) => fitting(COLUMNS, width).map((column) => column.key)

it('a column that says it fits but does not is left away, the least wanted first', () => {
  expect(at(Number.POSITIVE_INFINITY)).toEqual(['name', 'kind', 'gateway'])
  expect(at(408)).toEqual(['name', 'kind', 'gateway']) // 160 + 100 + 96, two gaps of 12 and 28 at the ends
  expect(at(407)).toEqual(['name', 'kind'])
  expect(at(300)).toEqual(['name', 'kind'])
  expect(at(299)).toEqual(['name'])
  expect(at(90)).toEqual(['name']) // what has no width to be left away at stays
})
