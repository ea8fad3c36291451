import { act, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { worldOf } from '../bridge/fakeWorld'
import { endReplay, seek, startReplay } from '../live/replay'
import { openWindow } from '../test/render'

let stop = () => {}
afterEach(async () => {
  await act(() => endReplay())
  stop()
})

const MINUTE = 60_000

/** A past of which so many minutes are kept. */
function pastOf(minutes: number) {
  const now = Date.now()
  const from = now - minutes * MINUTE
  let n = 0
  return {
    now,
    from,
    Replay: {
      Start: async () => ({ from, to: now, now }),
      Moment: async (at: number) => ({
        n: ++n,
        at,
        asOf: at < from ? 0 : at,
        known: at >= from,
        before: 0,
        after: at < from ? from : 0,
        whole: true,
        delta: at < from ? {} : worldOf('busy', now),
        tray: { shape: 'ok', tooltip: '', headline: 'All is well', lines: [] },
      }),
      End: async () => {},
    },
  }
}

const slider = () => screen.getByRole('slider', { name: 'Replayed time' })

it('is dragged over what is kept, and stays as it is under the mouse', async () => {
  const past = pastOf(15)
  const opened = await openWindow(worldOf('busy', past.now), '/now', { answers: { Replay: past.Replay } })
  stop = opened.stop
  await act(() => startReplay(opened.bridge, past.now - 5 * MINUTE))
  await waitFor(() => slider())
  expect(Number(slider().getAttribute('min'))).toBe(past.from)
  expect(screen.getByRole('button', { name: 'Tray' })).toHaveProperty('disabled', false)

  // Of a time of which nothing is kept the bar has the same parts.
  act(() => seek(past.from - 10 * MINUTE))
  await screen.findByText('Nothing is kept of this time.')
  expect(screen.getByRole('button', { name: 'Tray' })).toHaveProperty('disabled', true)
  expect(Number(slider().getAttribute('min'))).toBe(past.from - 10 * MINUTE)
  act(() => seek(past.from + MINUTE))
  await waitFor(() => expect(screen.queryByText('Nothing is kept of this time.')).toBeNull())
  expect(Number(slider().getAttribute('min'))).toBe(past.from - 10 * MINUTE)
})

it('says of an incident that it had not begun then', async () => {
  const past = pastOf(24 * 60)
  const live = worldOf('busy', past.now)
  const [alert] = Object.values(live.alerts)
  if (!alert) throw new Error('there is no alert')
  const opened = await openWindow(live, `/incidents/${encodeURIComponent(alert.id)}`, {
    answers: { Replay: past.Replay },
  })
  stop = opened.stop
  await screen.findByText('In short')
  await act(() => startReplay(opened.bridge, alert.since - 5 * MINUTE))
  await screen.findByText('It had not begun then.')
  expect(screen.queryByText('Nothing is kept of it.')).toBeNull()
  act(() => screen.getByRole('button', { name: /^Go to/ }).click())
  await screen.findByText('In short')
})
