import { describe, expect, it } from 'vitest'
import { anOutlook } from '../../bridge/fixtures'
import { byId } from '../../test/render'
import { sentenceOf } from './sentence'

const now = Date.now()

describe('sentenceOf', () => {
  it('says what Go concluded, with the age of the last event where it is calm', () => {
    const calm = anOutlook({ rest: '9 providers healthy, tightest budget 41 %.', lastEventAt: now - 3000 })
    expect(sentenceOf({ outlooks: byId(calm) }, '', now)).toEqual({
      shape: 'ok',
      head: 'All quiet.',
      rest: '9 providers healthy, tightest budget 41 %. Last event 3 s ago.',
    })
    const needs = anOutlook({
      condition: 'critical',
      head: '1 thing needs you.',
      rest: 'OpenAI is unhealthy',
    })
    expect(sentenceOf({ outlooks: byId(needs) }, '', now).rest).toBe('OpenAI is unhealthy')
  })

  it('is never green before Go said anything, or of another gateway', () => {
    expect(sentenceOf({ outlooks: {} }, '', now).shape).toBe('busy')
    expect(sentenceOf({ outlooks: byId(anOutlook({})) }, 'staging', now).shape).toBe('busy')
    expect(sentenceOf({ outlooks: byId(anOutlook({ condition: 'splendid' })) }, '', now).shape).toBe('stale')
  })

  it('is not green while not all is known', () => {
    const unsure = anOutlook({
      condition: 'unsure',
      head: 'Nothing needs you, as far as can be seen.',
      rest: 'Budgets need the master key.',
    })
    expect(sentenceOf({ outlooks: byId(unsure) }, '', now)).toEqual({
      shape: 'unsure',
      head: 'Nothing needs you, as far as can be seen.',
      rest: 'Budgets need the master key. No event yet.',
    })
  })
})
