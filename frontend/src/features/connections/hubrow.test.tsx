import { screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { worldOf } from '../../bridge/fakeWorld'
import { openWindow } from '../../test/render'

let stop = () => {}
afterEach(() => stop())

describe('a hub', () => {
  it('that stands and only answers is not said to be missing below its row', async () => {
    const live = worldOf('busy', Date.now())
    const hub = 'admin-notifications'
    const link = Object.values(live.links).find((l) => l.gateway === 'prod' && l.hub === 'spend')
    const of = Object.values(live.deliveries).find((d) => d.gateway === 'prod')
    if (!link || !of) throw new Error('no hub')
    live.links[`prod/${hub}`] = {
      ...link,
      id: `prod/${hub}`,
      hub,
      plane: 'admin',
      state: 'connected',
      events: 29,
    }
    live.deliveries[`prod/hub:${hub}`] = {
      ...of,
      id: `prod/hub:${hub}`,
      topic: `hub:${hub}`,
      delivery: 'none',
    }
    const opened = await openWindow(live, '/connections')
    stop = opened.stop
    const row = (await screen.findByText(`Hub ${hub}`)).closest('tr')
    expect(row?.textContent).toMatch(/Connected, only answers/)
    expect(row?.textContent).not.toMatch(/Not available/)
  })

  it('of lists has answers, and no events', async () => {
    const live = worldOf('busy', Date.now())
    const link = Object.values(live.links).find((l) => l.gateway === 'prod' && l.hub === 'spend')
    if (!link) throw new Error('no hub of spend')
    const rest = {
      ...link,
      id: 'prod/rest',
      hub: 'rest',
      slot: '',
      events: 0,
      lastEventAt: Date.now() - 2000,
    }
    live.links['prod/rest'] = rest
    const opened = await openWindow(live, '/connections')
    stop = opened.stop
    const card = within(await screen.findByRole('region', { name: 'prod' }))
    const row = card.getByRole('button', { name: /^rest/ }).closest('tr')
    expect([...(row?.cells ?? [])].map((cell) => cell.textContent).join('|')).toMatch(
      /\|–\|.*\|answer \d+ s ago$/,
    )
  })
})

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
