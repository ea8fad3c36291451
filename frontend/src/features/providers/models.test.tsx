import { fireEvent, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { aGateway, aProvider } from '../../bridge/fixtures'
import type { Discovery } from '../../bridge/types'
import { aLive, byId, openWindow } from '../../test/render'

let stop = () => {}
afterEach(() => stop())

describe('the number of models', () => {
  it('is not given where nobody said', async () => {
    const live = aLive({
      gateways: byId(aGateway({ id: 'prod', overall: 'connected' })),
      providers: byId(
        aProvider({ gateway: 'prod', provider: 'silent' }),
        aProvider({ gateway: 'prod', provider: 'empty', served: 0 }),
        aProvider({ gateway: 'prod', provider: 'full', models: ['a', 'b'] }),
      ),
    })
    const opened = await openWindow(live, '/providers')
    stop = opened.stop
    const table = within(await screen.findByRole('table', { name: /provider|health/i }))
    const models = (name: string) => {
      const row = table.getByText(name).closest('[role=row]')
      return row?.querySelectorAll('[role=cell]')[5]?.textContent
    }
    expect([models('silent'), models('empty'), models('full')]).toEqual(['–', '0', '2'])
  })
})

describe('discovered models', () => {
  it('are found by the search, and told once where nothing is new', async () => {
    const finding = (id: string, of: Partial<Discovery>): Discovery => ({
      id,
      gateway: 'prod',
      provider: 'gemini',
      name: 'gemini',
      models: ['flash'],
      new: [],
      at: 1,
      source: 'rest:models',
      ...of,
    })
    const live = aLive({
      gateways: byId(aGateway({ id: 'prod', overall: 'connected' })),
      discoveries: byId(
        finding('a', { at: 3 }),
        finding('b', { at: 2 }),
        finding('c', { at: 1, provider: 'groq', name: 'groq', models: ['scout'], new: ['scout'] }),
      ),
    })
    const opened = await openWindow(live, '/providers')
    stop = opened.stop
    const names = () =>
      [...document.querySelectorAll('[data-fact="finding.source"]')].map(
        (one) => one.closest('li')?.textContent,
      )
    await screen.findByText('scout')
    expect(names().map((text) => text?.slice(0, 4))).toEqual(['gemi', 'groq'])
    expect(names()[0]).toContain('flash, none new')
    const search = screen.getByRole('searchbox', { name: 'Find a provider or model' })
    fireEvent.change(search, { target: { value: 'scout' } })
    expect(names().length).toBe(1)
    fireEvent.change(search, { target: { value: 'zzz' } })
    expect(names().length).toBe(0)
    expect(screen.getByText('No finding fits.')).toBeTruthy()
  })
})
