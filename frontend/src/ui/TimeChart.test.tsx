import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { renderWith } from '../test/render'
import { TimeChart } from './TimeChart'

it('offers what can be done about a time that was chosen in it', async () => {
  const deedAt = vi.fn((at: number) => <button type="button">{`Show ${at}`}</button>)
  renderWith(
    <TimeChart
      label="Spend"
      fact="key.hours"
      of="prod/1"
      from={60_000}
      stepMs={1000}
      lines={[{ name: 'Spend', colour: '--s1', values: [1, 2, 3] }]}
      deedAt={deedAt}
    />,
  )
  expect(screen.queryByRole('button', { name: /^Show/ })).toBeNull()
  const user = userEvent.setup()
  await user.tab()
  await user.tab()
  expect(document.activeElement?.getAttribute('role')).toBe('img')
  await user.keyboard('{ArrowLeft}')
  expect(screen.getByRole('button', { name: 'Show 62000' })).toBeTruthy()
  await user.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}{ArrowLeft}')
  expect(screen.getByRole('button', { name: 'Show 60000' })).toBeTruthy()
})

it('says what was spent of which nobody knows when', () => {
  const from = new Date(2026, 11, 1, 18, 2).getTime()
  renderWith(
    <TimeChart
      label="Spend"
      fact="key.hours"
      of="prod/1"
      from={from}
      stepMs={60_000}
      lines={[{ name: 'Spend', colour: '--s1', values: [1e9, -1, 0] }]}
      undated={[{ from, to: from + 34 * 60_000, amount: 60e9 }]}
    />,
  )
  expect(screen.getByText(/\$60\.00 between .*18:02 and .*18:36/)).toBeTruthy()
})

it('says several such times as one', () => {
  const at = (hour: number, minute = 0) => new Date(2026, 11, 1, hour, minute).getTime()
  const undated = [6, 9, 14].map((hour) => ({ from: at(hour), to: at(hour, 30), amount: 1e9 }))
  renderWith(
    <TimeChart
      label="Spend"
      fact="key.hours"
      of="prod/1"
      from={at(0)}
      stepMs={3_600_000}
      lines={[{ name: 'Spend', colour: '--s1', values: [1e9] }]}
      undated={undated}
    />,
  )
  const note = screen.getByText(/\$3\.00 between .*06:00 and .*14:30, in 3 times/)
  expect(note.parentElement?.title).toMatch(/\$1\.00 between .*09:00 and .*09:30/)
})
