import { act, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { fakeBridge } from '../../bridge/fake'
import { worldOf } from '../../bridge/fakeWorld'
import { endReplay, startReplay } from '../../live/replay'
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
