import { screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { anAlert } from '../../bridge/fixtures'
import { byId, given, renderWith } from '../../test/render'
import { AlertLanes } from './AlertLanes'
import { AlertRow } from './AlertRow'

const MINUTE = 60_000

/** Where the bar of an alert stands, and how wide it is. */
function barOf(title: RegExp) {
  const style =
    screen.getByRole('button', { name: title }).querySelector('span > span')?.getAttribute('style') ?? ''
  const share = (name: string) =>
    Number(new RegExp(`${name}: (?:min\\()?([-\\d.]+)%`).exec(style)?.[1] ?? Number.NaN)
  return { start: share('inset-inline-start'), width: share('width') }
}

describe('thresholds of one budget', () => {
  const budget = { gateway: 'prod', entity: '7', title: 'Research has used 92 %' }

  it('are one lane where they lasted together', () => {
    const now = Date.now()
    const since = now - 60 * MINUTE
    given({
      alerts: byId(
        anAlert({ ...budget, id: 'a', threshold: 0.75, since: since - MINUTE }),
        anAlert({ ...budget, id: 'b', threshold: 0.9, since, severity: 'critical' }),
        anAlert({
          ...budget,
          id: 'c',
          threshold: 0.75,
          since: since - 300 * MINUTE,
          endedAt: since - 200 * MINUTE,
          status: 'resolved',
        }),
        anAlert({ ...budget, id: 'd', threshold: 0.75, since, gateway: 'other' }),
        anAlert({ ...budget, id: 'e', threshold: 0.75, since, entity: '8' }),
      ),
    })
    renderWith(<AlertLanes />)
    expect(screen.getAllByRole('button').length).toBe(4)
    expect(screen.getAllByRole('button', { name: /Critical/ }).length).toBe(1)
  })

  it('are told apart in a list', () => {
    given({ alerts: byId(anAlert({ ...budget, id: 'a', threshold: 0.75 }), anAlert({ ...budget, id: 'b' })) })
    const { unmount } = renderWith(<AlertRow id="a" />)
    expect(screen.getByText('Threshold 75 %')).toBeTruthy()
    unmount()
    renderWith(<AlertRow id="b" />)
    expect(screen.queryByText(/Threshold/)).toBeNull()
  })
})

it('a bar is called by what was so, and not by its end', () => {
  const over = { status: 'resolved', since: Date.now() - 60 * MINUTE, endedAt: Date.now() - MINUTE }
  given({
    alerts: byId(
      anAlert({
        ...over,
        id: 'a',
        gateway: 'prod',
        title: 'Platform was topped up: 20 % used',
        was: 'Platform had used 92 %',
      }),
    ),
  })
  renderWith(<AlertLanes />)
  expect(screen.getByRole('button', { name: /^Platform had used 92 %: / })).toBeTruthy()
  expect(screen.queryByText(/topped up/)).toBeNull()
})

describe('lanes of alerts', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] })) // one now, however long it takes
  afterEach(() => void vi.useRealTimers())

  it('draw what began just now, and what is open up to now', () => {
    const now = Date.now()
    given({
      alerts: byId(
        anAlert({ id: 'a', gateway: 'prod', title: 'Just now', since: now }),
        anAlert({ id: 'b', gateway: 'prod', title: 'Twelve hours', since: now - 720 * MINUTE }),
        anAlert({
          id: 'c',
          gateway: 'prod',
          title: 'Over',
          since: now - 720 * MINUTE,
          endedAt: now - 360 * MINUTE,
          status: 'resolved',
        }),
        anAlert({ id: 'd', gateway: 'prod', title: 'For days', since: now - 9999 * MINUTE }),
      ),
    })
    renderWith(<AlertLanes />)
    const fresh = barOf(/Just now/)
    expect([fresh.start, fresh.width]).toEqual([100, 0]) // as wide as the least, at the end
    const open = barOf(/Twelve hours/)
    expect([Math.round(open.start), Math.round(open.start + open.width)]).toEqual([50, 100])
    const over = barOf(/Over/)
    expect([Math.round(over.start), Math.round(over.start + over.width)]).toEqual([50, 75])
    const long = barOf(/For days/)
    expect([Math.round(long.start), Math.round(long.width)]).toEqual([0, 100])
  })
})
