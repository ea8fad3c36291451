import { screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { worldOf } from '../../bridge/fakeWorld'
import { openWindow } from '../../test/render'

let stop = () => {}
afterEach(() => stop())

describe('the last event of a hub', () => {
  it('is the last that came, whether it said anything or not', async () => {
    const live = worldOf('busy', Date.now())
    const link = Object.values(live.links).find((l) => l.gateway === 'prod' && l.hub === 'spend')
    if (!link) throw new Error('no hub of spend')
    Object.assign(link, { lastEventAt: 0, anyEventAt: Date.now() - 7 * 60_000, events: 12 })
    const opened = await openWindow(live, '/connections')
    stop = opened.stop
    const card = within(await screen.findByRole('region', { name: 'prod' }))
    const row = card.getByRole('button', { name: /^spend/ }).closest('tr')
    expect(row?.textContent).toMatch(/7 min/)
    expect(row?.textContent).not.toMatch(/never/)
  })
})
