import { describe, expect, it } from 'vitest'
import { aGateway } from '../../bridge/fixtures'
import { burnOf, spanOf } from './burn'

describe('what gateways spend now', () => {
  const unknown = aGateway({
    id: 'prod',
    burnPerHour: { status: 'unknown', why: 'too little was watched' },
    burnSpan: 3,
  })

  it('is the sum of those whose rate is known', () => {
    const gateways = [
      aGateway({ id: 'prod', burnPerHour: 2e9, burnSpan: 12 }),
      unknown,
      aGateway({ id: 'prod', burnPerHour: 0 }),
    ]
    expect(burnOf(gateways)).toBe(2e9)
    expect(spanOf(gateways)).toBe(' over 12 to 15 min')
  })

  it('is not known where nobody knows it, also in what is replayed of before', () => {
    expect(burnOf([unknown, aGateway({ id: 'prod', burnPerHour: -1 })])).toBe(-1)
    expect(spanOf([unknown])).toBe('')
  })
})
