import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeBridge } from '../../bridge/fake'
import { emptyLive, type SpendSeries } from '../../bridge/types'
import { renderWith } from '../../test/render'
import { KeyCurve, WithCurves } from './curves'

it('has the running hour in its sum and no fall at its end', async () => {
  const dollar = 1e9
  const values = [...Array.from({ length: 24 }, () => dollar), 0.1 * dollar]
  const series = [{ id: 'prod/1', name: 'one', values, undated: 0 }]
  const answer = { stepMs: 3_600_000, times: values.map((_, i) => i), series } as unknown as SpendSeries
  const bridge = fakeBridge({ live: emptyLive(), answers: { History: { Spend: async () => answer } } })
  renderWith(
    <WithCurves>
      <KeyCurve id="prod/1" />
    </WithCurves>,
    bridge,
  )
  const curve = await screen.findByRole('img', { name: 'Last 24 hours: $24.10' })
  const heights = curve
    .querySelector('path')
    ?.getAttribute('d')
    ?.split(/[ML]/)
    .filter(Boolean)
    .map((at) => at.split(' ')[1])
  expect(heights).toHaveLength(24)
  expect(new Set(heights).size).toBe(1)
})
