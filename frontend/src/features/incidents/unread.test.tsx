import { screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { BridgeError } from '../../bridge/errors'
import { fakeBridge } from '../../bridge/fake'
import { worldOf } from '../../bridge/fakeWorld'
import { openWindow } from '../../test/render'

/** Asks for the newest incident of all. */
const NEWEST = { gateway: '', text: '', from: 0, to: 0, open: false, limit: 1 }

let stop = () => {}
afterEach(() => stop())

const broken = async () => {
  throw new BridgeError('internal', 'The history is damaged.')
}

describe('a history that cannot be read', () => {
  it('has no number of incidents, and is not being read', async () => {
    const answers = { History: { Incidents: broken } }
    ;({ stop } = await openWindow(worldOf('busy', Date.now()), '/incidents', { answers }))
    expect(await screen.findByText('The history is damaged.')).toBeTruthy()
    expect(screen.queryByText('0 incidents')).toBeNull()
    expect(screen.queryByText(/history is (being )?read/)).toBeNull()
  })

  it('is said to be so by what stands around an incident', async () => {
    const live = worldOf('busy', Date.now())
    const [id = ''] = Object.keys(live.alerts)
    const answers = { History: { Events: broken, Spend: broken } }
    ;({ stop } = await openWindow(live, `/incidents/${encodeURIComponent(id)}`, { answers }))
    await waitFor(() => expect(screen.getAllByText(/The history cannot be read/).length).toBe(2))
    expect(screen.queryByText(/history is (being )?read/)).toBeNull()
  })
})

it('whether you were told of an incident is not kept after a wipe', async () => {
  const live = worldOf('busy', Date.now())
  const kept = fakeBridge({ live })
  const [line] = await kept.History.Incidents(NEWEST)
  if (!line) throw new Error('there is no incident')
  const wiped = { notified: 0, kept: false }
  const view = { ...(await kept.History.Incident(line.id)), ...wiped, steps: [] }
  const answers = { History: { Incidents: async () => [{ ...line, ...wiped }], Incident: async () => view } }
  ;({ stop } = await openWindow(live, '/incidents', { answers }))
  expect(await screen.findByText('Not kept')).toBeTruthy()
  expect(screen.queryByText('Not told')).toBeNull()
  stop()
  ;({ stop } = await openWindow(live, `/incidents/${encodeURIComponent(line.id)}`, { answers }))
  expect(await screen.findByText('not kept')).toBeTruthy()
  expect(screen.queryByText('no: why is below')).toBeNull()
})

it('whoever was told in the window, which was in front, is not said to have been told nothing', async () => {
  const live = worldOf('busy', Date.now())
  const kept = fakeBridge({ live })
  const [id = ''] = Object.keys(live.alerts)
  const view = await kept.History.Incident(id)
  const words = 'You were told in the window, which was in front'
  const step = {
    alert: id,
    at: view.since,
    severity: 'warning',
    text: '',
    decision: true,
    notified: false,
    words,
  }
  const told = { ...view, notified: 0, steps: [step] }
  const answers = { History: { Incident: async () => told } }
  ;({ stop } = await openWindow(live, `/incidents/${encodeURIComponent(id)}`, { answers }))
  expect(await screen.findByText('in the window, which was in front')).toBeTruthy()
  expect(screen.queryByText('no: why is below')).toBeNull()
})

it('the list says that the window told, also once it is over', async () => {
  const live = worldOf('busy', Date.now())
  const kept = fakeBridge({ live })
  const [line] = await kept.History.Incidents(NEWEST)
  if (!line) throw new Error('there is no incident')
  const over = { ...line, endedAt: line.since + 60_000, notified: 0, kept: true }
  const answers = {
    History: {
      Incidents: async () => [
        { ...over, inWindow: 1 },
        { ...over, id: 'other', inWindow: 0 },
      ],
    },
  }
  ;({ stop } = await openWindow(live, '/incidents', { answers }))
  expect(await screen.findAllByText('In the window')).toHaveLength(1)
  expect(screen.getAllByText('Not told')).toHaveLength(1)
})
