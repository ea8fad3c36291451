import { describe, expect, it } from 'vitest'
import { aGateway } from '../../bridge/fixtures'
import { burnOf, burnWords, spanOf } from './burn'

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
