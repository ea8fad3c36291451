import { screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { BridgeError } from '../../bridge/errors'
import { worldOf } from '../../bridge/fakeWorld'
import { openWindow } from '../../test/render'

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
