import { describe, expect, it } from 'vitest'
import { keep, kept, localOf, momentOf, NO_SEARCH, searchFrom } from './range'

describe('the time that is looked at', () => {
  it('is local, to the minute', () => {
    const at = new Date(2026, 10, 29, 4, 5).getTime()
    expect(localOf(at)).toBe('2026-11-29T04:05')
    expect(momentOf('2026-11-29T04:05')).toBe(at)
    expect([localOf(0), momentOf(''), momentOf('soon')]).toEqual(['', 0, 0])
  })

  it('is read from an address, and holds the whole of its last minute', () => {
    const at = new Date(2026, 10, 29, 4, 5, 30).getTime()
    expect(searchFrom('key:7')).toEqual({ ...NO_SEARCH, text: 'key:7' })
    expect(searchFrom(`key:7|${at}|${at + 1000}`)).toEqual({
      text: 'key:7',
      range: 'dates',
      from: '2026-11-29T04:05',
      to: '2026-11-29T04:06',
    })
  })

  it('is kept and read again; what is none is no search', () => {
    const search = { text: 'a"b', range: 'day', from: '', to: '' } as const
    expect(kept(keep(search))).toEqual(search)
    expect([kept('x'), kept('{"range":"constructor"}').range]).toEqual([NO_SEARCH, 'ever'])
  })
})
