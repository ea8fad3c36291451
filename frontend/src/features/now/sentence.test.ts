import { describe, expect, it } from 'vitest'
import { aGateway, anOutlook } from '../../bridge/fixtures'
import { byId } from '../../test/render'
import { sentenceOf } from './sentence'

const now = Date.now()

describe('sentenceOf', () => {
  it('says what Go concluded, with the age of the last event where it is calm', () => {
    const calm = anOutlook({ rest: '9 providers healthy, tightest budget 41 %.', lastEventAt: now - 3000 })
    expect(sentenceOf({ outlooks: byId(calm), gateways: {} }, '', now)).toEqual({
      shape: 'ok',
      head: 'All quiet.',
      rest: '9 providers healthy, tightest budget 41 %. Last event 3 s ago.',
    })
    const needs = anOutlook({
      condition: 'critical',
      head: '1 thing needs you.',
      rest: 'OpenAI is unhealthy',
    })
    expect(sentenceOf({ outlooks: byId(needs), gateways: {} }, '', now).rest).toBe('OpenAI is unhealthy')
  })

  it('has the age of the newest event, as the line at the bottom has it', () => {
    const outlooks = byId(anOutlook({ rest: 'Well.', lastEventAt: now - 50_000 }))
    const gateways = byId(
      aGateway({ id: 'prod', lastEventAt: now - 7000 }),
      aGateway({ id: 'staging', lastEventAt: now - 9000 }),
    )
    expect(sentenceOf({ outlooks, gateways }, '', now).rest).toBe('Well. Last event 7 s ago.')
    const one = byId(anOutlook({ id: 'staging', rest: 'Well.', lastEventAt: now - 50_000 }))
    expect(sentenceOf({ outlooks: one, gateways }, 'staging', now).rest).toBe('Well. Last event 9 s ago.')
  })

  it('is never green before Go said anything, or of another gateway', () => {
    expect(sentenceOf({ outlooks: {}, gateways: {} }, '', now).shape).toBe('busy')
    expect(sentenceOf({ outlooks: byId(anOutlook({})), gateways: {} }, 'staging', now).shape).toBe('busy')
    expect(
      sentenceOf({ outlooks: byId(anOutlook({ condition: 'splendid' })), gateways: {} }, '', now).shape,
    ).toBe('stale')
  })

  it('is not green while not all is known', () => {
    const unsure = anOutlook({
      condition: 'unsure',
      head: 'Nothing needs you, as far as can be seen.',
      rest: 'Budgets need the master key.',
    })
    expect(sentenceOf({ outlooks: byId(unsure), gateways: {} }, '', now)).toEqual({
      shape: 'unsure',
      head: 'Nothing needs you, as far as can be seen.',
      rest: 'Budgets need the master key. No event yet.',
    })
  })
})
