import { QueryClient } from '@tanstack/react-query'
import { act, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { fakeBridge } from '../../bridge/fake'
import { worldOf } from '../../bridge/fakeWorld'
import { queryKeys } from '../../bridge/queries'
import { startInvalidation } from '../../live/invalidate'
import { endReplay, seek, startReplay } from '../../live/replay'
import { MINUTE, pastOf } from '../../test/past'
import { given, renderWith } from '../../test/render'
import { IncidentStory } from './IncidentStory'

afterEach(() => act(() => endReplay()))

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

it('is replayed from where there is something to see, and of then alone', async () => {
  const live = worldOf('busy', Date.now())
  const past = pastOf(24 * 60, live)
  const alert = Object.values(live.alerts).find((one) => one.entityKind === 'provider')
  if (!alert) throw new Error('there is no alert')
  given(live)
  const { bridge } = renderWith(
    <IncidentStory id={alert.id} />,
    fakeBridge({ live, answers: { Replay: past.Replay } }),
  )
  await screen.findByText('What changed before this?')
  await act(async () => screen.getByRole('button', { name: 'Replay' }).click())
  // What is likely is judged of the present only; what the history has is told instead.
  await screen.findByText('Altered in the hour before')
  expect(screen.queryByText('It had not begun then.')).toBeNull()
  expect(screen.queryByText(/Nothing can be changed/)).toBeNull()
  const [moment] = bridge.calls.filter((call) => call.startsWith('Replay.Moment'))
  expect(Number(/\((\d+)/.exec(moment ?? '')?.[1])).toBeGreaterThan(alert.since + 10_000)
})

it('asks for what it shows again when another moment is shown', async () => {
  const live = worldOf('busy', Date.now())
  const past = pastOf(24 * 60, live)
  const [alert] = Object.values(live.alerts)
  if (!alert) throw new Error('there is no alert')
  given(live)
  const client = new QueryClient()
  const stop = startInvalidation(client)
  const old = vi.spyOn(client, 'invalidateQueries')
  await startReplay(fakeBridge({ live, answers: { Replay: past.Replay } }), alert.since + MINUTE)
  await vi.waitFor(() => expect(old).toHaveBeenCalledWith({ queryKey: queryKeys.incidents }), 3000)
  old.mockClear()
  seek(alert.since + 2 * MINUTE)
  await vi.waitFor(() => expect(old).toHaveBeenCalledWith({ queryKey: queryKeys.events }), 3000)
  stop()
})
