import { act, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { fakeBridge } from '../bridge/fake'
import { worldOf } from '../bridge/fakeWorld'
import { emptyLive, type Live } from '../bridge/types'
import { IncidentStory } from '../features/incidents/IncidentStory'
import { endReplay, replayStore, seek, startReplay } from '../live/replay'
import { given, renderWith } from '../test/render'
import { ReplayBar } from './ReplayBar'

afterEach(() => act(() => endReplay()))

const MINUTE = 60_000

/** A past of which so many minutes are kept. */
function pastOf(minutes: number, then: Partial<Live> = {}) {
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
        delta: at < from ? {} : then,
        tray: { shape: 'ok', tooltip: '', headline: 'All is well', lines: [] },
      }),
      End: async () => {},
    },
  }
}

const slider = () => screen.getByRole('slider', { name: 'Replayed time' })

it('is dragged over what is kept, and stays as it is under the mouse', async () => {
  const past = pastOf(15)
  const { bridge } = renderWith(
    <ReplayBar />,
    fakeBridge({ live: emptyLive(), answers: { Replay: past.Replay } }),
  )
  await act(() => startReplay(bridge, past.now - 5 * MINUTE))
  await waitFor(() => slider())
  expect(Number(slider().getAttribute('min'))).toBe(past.from)
  expect(screen.getByRole('button', { name: 'Tray' })).toHaveProperty('disabled', false)

  // Of a time of which nothing is kept the bar has the same parts.
  act(() => seek(past.from - 10 * MINUTE))
  await waitFor(() => expect(replayStore.getState().moment?.known).toBe(false))
  expect(screen.getByRole('button', { name: 'Tray' })).toHaveProperty('disabled', true)
  expect(Number(slider().getAttribute('min'))).toBe(past.from - 10 * MINUTE)
  act(() => seek(past.from + MINUTE))
  await waitFor(() => expect(replayStore.getState().moment?.known).toBe(true))
  expect(Number(slider().getAttribute('min'))).toBe(past.from - 10 * MINUTE)
})

it('says of an incident that it had not begun then', async () => {
  const live = worldOf('busy', Date.now())
  const past = pastOf(24 * 60, live)
  const [alert] = Object.values(live.alerts)
  if (!alert) throw new Error('there is no alert')
  given(live)
  const { bridge } = renderWith(
    <IncidentStory id={alert.id} />,
    fakeBridge({ live, answers: { Replay: past.Replay } }),
  )
  await screen.findByText('In short')
  await act(() => startReplay(bridge, alert.since - 5 * MINUTE))
  await screen.findByText('It had not begun then.')
  expect(screen.queryByText('Nothing is kept of it.')).toBeNull()
  act(() => screen.getByRole('button', { name: /^Go to/ }).click())
  await screen.findByText('In short')
})
