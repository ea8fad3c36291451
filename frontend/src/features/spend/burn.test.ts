import { describe, expect, it } from 'vitest'
import { aGateway, aKey } from '../../bridge/fixtures'
import { burnOf, burnWords, lastDayWords, lastHourWords, spanOf } from './burn'

describe('what gateways spend now', () => {
  const unknown = aGateway({
    id: 'prod',
    label: 'Production',
    burnPerHour: { status: 'unknown', why: 'too little was watched' },
    burnSpan: 3,
  })
  const lab = aGateway({ id: 'lab', burnPerHour: 2e9, burnSpan: 12 })

  it('is the sum where all are known', () => {
    const gateways = [lab, aGateway({ id: 'prod', burnPerHour: 1e9 })]
    expect(burnOf(gateways)).toBe(3e9)
    expect(burnWords(gateways)).toBe('$3.00/h over 12 to 15 min')
  })

  it('is at least the sum of those that are known, and says of which one it is not', () => {
    for (const gateways of [
      [lab, unknown],
      [unknown, lab],
    ]) {
      expect(burnOf(gateways)).toEqual({
        status: 'partial',
        value: 2e9,
        why: 'Production: too little was watched',
      })
      expect(burnWords(gateways)).toBe('at least $2.00/h over 12 min')
    }
  })

  it('is not known where nobody knows it or the others spend nothing, also in what is replayed of before', () => {
    for (const other of [-1, 0]) {
      const gateways = [unknown, aGateway({ id: 'prod', burnPerHour: other })]
      expect(burnOf(gateways)).toEqual({ status: 'unknown', why: 'too little was watched' })
      expect(burnWords(gateways)).toBe('–')
    }
    expect(spanOf([unknown])).toBe('')
    expect(burnOf([])).toEqual({ status: 'unknown' })
  })
})

describe('what was spent in the last hour and day', () => {
  const part = (value: number) => ({ status: 'partial', value, why: 'not all minutes were watched' })
  it('is what was seen of it, and says of how much where that is not all', () => {
    const young = aKey({
      gateway: 'prod',
      key: '1',
      lastHour: part(51e9),
      hourSpan: 8,
      lastDay: part(277e9),
      daySpan: 500,
    })
    expect(lastHourWords(young)).toBe('at least $51.00 over 8 min')
    expect(lastDayWords(young)).toBe('at least $277.00 over 8 h')
    const old = aKey({ gateway: 'prod', key: '1', lastHour: 6e9, hourSpan: 60, lastDay: 7e9, daySpan: 1440 })
    expect(lastHourWords(old)).toBe('$6.00')
    expect(lastDayWords(old)).toBe('$7.00')
  })

  it('is not known where nothing of it was watched, and at least what was told by a batch alone', () => {
    const none = aKey({ gateway: 'prod', key: '1', lastHour: { status: 'unknown' }, hourSpan: 0 })
    expect(lastHourWords(none)).toBe('not known')
    expect(lastHourWords(aKey({ gateway: 'prod', key: '1', lastHour: part(2e9), hourSpan: 0 }))).toBe(
      'at least $2.00',
    )
  })
})
