import { act, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { fakeBridge } from '../bridge/fake'
import { aGateway } from '../bridge/fixtures'
import { emptyLive } from '../bridge/types'
import { endReplay, replayStore, seek, startReplay } from '../live/replay'
import { MINUTE, pastOf } from '../test/past'
import { aLive, byId, openWindow, renderWith } from '../test/render'
import { ReplayBar } from './ReplayBar'

afterEach(() => act(() => endReplay()))

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
  expect(screen.getByRole('button', { name: 'Tray' }).title).toMatch(/^What the tray said then/)

  // Of a time of which nothing is kept the bar has the same parts.
  act(() => seek(past.from - 10 * MINUTE))
  await waitFor(() => expect(replayStore.getState().moment?.known).toBe(false))
  expect(screen.getByRole('button', { name: 'Tray' })).toHaveProperty('disabled', true)
  expect(Number(slider().getAttribute('min'))).toBe(past.from - 10 * MINUTE)
  act(() => seek(past.from + MINUTE))
  await waitFor(() => expect(replayStore.getState().moment?.known).toBe(true))
  expect(Number(slider().getAttribute('min'))).toBe(past.from - 10 * MINUTE)
})

it('says of a time before the first gateway that none was watched, and offers nothing of now', async () => {
  const past = pastOf(15)
  const live = aLive({ gateways: byId(aGateway({ id: 'prod' })) })
  const { bridge, stop } = await openWindow(live, '/now', { answers: { Replay: past.Replay } })
  await act(() => startReplay(bridge, past.now - 5 * MINUTE))
  expect(await screen.findByText('No gateway was watched then.')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Connect' })).toBeNull()
  stop()
})
