import { describe, expect, it } from 'vitest'
import { aGateway, anOutlook, usd } from '../../bridge/fixtures'
import { asOf, type Reading } from '../../lib/reading'
import { byId } from '../../test/render'
import { budgetGap, quietWords, todayOf, watchedMinutes } from './quiet'

const burn = (watched: number) => ({
  id: 'prod',
  endsAt: 60_000,
  undated: [],
  perMinute: Array.from({ length: 60 }, (_, i) => (i < 60 - watched ? -1 : 0)),
})
const prod = aGateway({ id: 'prod', burnSpan: 4 })

describe('a quiet hour', () => {
  it.each([
    [60, 'Nothing was spent in the last hour.'],
    [4, 'Nothing was spent in the 4 minutes that are known.'],
    [0, 'What was spent is not known yet.'],
  ])('of which %i minutes were watched', (watched, says) => {
    expect(quietWords(watchedMinutes([prod], [burn(watched)]))).toBe(says)
  })

  it('was not watched before anything was', () => {
    expect(watchedMinutes([aGateway({ id: 'prod', burnSpan: 0 })], [burn(60)])).toBe(0)
    expect(watchedMinutes([prod], [])).toBe(0)
    const barred = aGateway({ id: 'prod', burnSpan: 4, today: { status: 'forbidden' } })
    expect(watchedMinutes([barred], [burn(60)])).toBe(0)
    expect(watchedMinutes([], [])).toBe(0)
  })
})

describe('today', () => {
  const of = (...today: Reading[]) => todayOf(today.map((reading) => aGateway({ id: 'g', today: reading })))

  it('is not known of a gateway whose spend cannot be seen', () => {
    expect(of({ status: 'forbidden', why: 'No key.' })).toEqual({ status: 'forbidden', why: 'No key.' })
    expect(of({ status: 'unknown' })).toEqual({ status: 'unknown' })
    expect(of()).toEqual({ status: 'unknown' })
    expect(of(0)).toBe(0)
    expect(of(usd(3), { status: 'unknown' })).toEqual({ status: 'partial', value: usd(3), why: '' })
  })

  it('of several is as of when the oldest of them was told', () => {
    const old = (value: number, since: number) => ({ status: 'stale', value, since, why: 'no answer' })
    const sum = of(usd(1), old(usd(2), 9_000), old(usd(4), 5_000))
    expect(sum).toEqual(old(usd(7), 5_000))
    expect(asOf(sum)).toMatch(/^ as of /)
    expect(asOf(usd(1))).toBe('')
  })
})

describe('budgets', () => {
  it('that are not known are no budgets that are not set', () => {
    const outlooks = byId(
      anOutlook({ unknown: ['providers are not known yet', 'budgets need the master key'] }),
    )
    expect(budgetGap({ outlooks }, '')).toBe('Budgets need the master key.')
    expect(budgetGap({ outlooks: byId(anOutlook({})) }, '')).toBe('')
  })
})
