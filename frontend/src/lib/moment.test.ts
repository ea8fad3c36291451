import { describe, expect, it } from 'vitest'
import { momentOf } from './moment'

const now = new Date(2026, 10, 30, 22, 5).getTime()
const at = (...of: [number, number, number, number, number]) => ({ at: new Date(...of).getTime() })

describe('a moment', () => {
  it.each([
    ['2026-12-01 10:30', at(2026, 11, 1, 10, 30)],
    [' 2026-12-1T9.05 ', at(2026, 11, 1, 9, 5)],
    ['23:00', at(2026, 10, 30, 23, 0)],
    ['22:05', at(2026, 11, 1, 22, 5)],
    ['7:00', at(2026, 11, 1, 7, 0)],
    ['2026-12-01', { wrong: 'A time is missing, such as 22:00.' }],
    ['2026-02-30 10:00', { wrong: 'There is no such day.' }],
    ['2026-12-01 24:00', { wrong: 'There is no such time.' }],
    ['12/01', { wrong: 'A day and a time, such as 2026-12-01 22:00, or a time alone.' }],
    ['12/..', { wrong: 'A day and a time, such as 2026-12-01 22:00, or a time alone.' }],
  ])('%s is read', (typed, read) => expect(momentOf(typed, now)).toEqual(read))
})
