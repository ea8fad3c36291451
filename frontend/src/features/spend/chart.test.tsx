import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { ForecastPoint, ForecastView } from '../../bridge/types'
import { renderWith } from '../../test/render'
import { ForecastChart, pastBeside, watchedRuns } from './ForecastChart'

const [HOUR, DAY] = [3_600_000, 86_400_000]
const now = 100 * DAY
const point = (at: number, likely: number): ForecastPoint => ({ at, low: likely, likely, high: likely })

/** So many hours of a dollar each before now, and so many after it. */
function view(before: number, after: number, of: Partial<ForecastView> = {}): ForecastView {
  const spent = (hour: number) => (before + hour) * 1e9
  return {
    id: 'key:prod/1',
    limit: spent(after),
    at: now,
    past: Array.from({ length: before + 1 }, (_, i) => point(now - (before - i) * HOUR, spent(i - before))),
    ahead: Array.from({ length: after }, (_, i) => point(now + (i + 1) * HOUR, spent(i + 1))),
    steps: [],
    gaps: [],
    ...of,
  }
}

describe('the chart of a forecast', () => {
  it('draws no line where nobody watched, and says so', () => {
    const gaps = [{ from: now - 8.5 * HOUR, to: now - 5 * HOUR }]
    const of = view(20, 30, { gaps })
    of.past = of.past.filter(({ at }) => at <= now - 9 * HOUR || at >= now - 5 * HOUR)
    expect(watchedRuns(of).map((run) => run.length)).toEqual([12, 6])
    renderWith(<ForecastChart of={of} words="Likely used up." />)
    const chart = screen.getByRole('img', { name: 'Likely used up.' })
    expect(chart.querySelectorAll('rect[x]')).toHaveLength(1)
    expect(screen.getByText(/^Hatched: not watched/)).toBeTruthy()
  })

  it('says nothing of gaps where there are none', () => {
    renderWith(<ForecastChart of={view(20, 30)} words="Likely used up." />)
    expect(watchedRuns(view(20, 30))).toHaveLength(1)
    expect(screen.queryByText(/Hatched/)).toBeNull()
  })

  it('shows as much of the past as of the future, and a day at least', () => {
    expect(pastBeside(view(14 * 24, 10))).toHaveLength(25)
    expect(pastBeside(view(14 * 24, 72))).toHaveLength(73)
    expect(pastBeside(view(48, 500))).toHaveLength(49)
  })

  it('names the amount at its foot, where that is not nothing', () => {
    const { unmount } = renderWith(<ForecastChart of={view(14 * 24, 10)} words="" />)
    expect(document.querySelector('[data-fact="forecast.base"]')?.textContent).toBe('from $312 up')
    unmount()
    renderWith(<ForecastChart of={view(10, 30)} words="" />)
    expect(document.querySelector('[data-fact="forecast.base"]')).toBeNull()
  })
})
