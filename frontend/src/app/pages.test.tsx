import { screen, waitFor } from '@testing-library/react'
import axe from 'axe-core'
import { afterEach, describe, expect, it } from 'vitest'
import { WORLDS, worldOf } from '../bridge/fakeWorld'
import { PAGES } from '../lib/route'
import { openWindow } from '../test/render'

/** Names of what is opened on a page, to see the details too. */
const OPENED = [
  ['/alerts/a1', 'Alert OpenAI is unhealthy — prod'],
  ['/spend/prod%2F3', 'Virtual key crawler'],
  ['/providers/prod%2F1', 'Provider OpenAI'],
  ['/tasks/prod%2Fv-7f41', 'Task v-7f41'],
  ['/changes/9310', 'Change'],
  ['/connections/prod%2Fcore%2Fspend', 'Hub spend'],
] as const

let stop = () => {}
afterEach(() => stop())

/** What a machine can find wrong for those who do not see or point. Contrast needs a real browser. */
async function problems() {
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  })
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)}`),
  )
}

describe('every page', () => {
  it.each(PAGES)('%s can be used without seeing or pointing', async (page) => {
    ;({ stop } = await openWindow(worldOf('busy', Date.now()), `/${page}`))
    await waitFor(() => expect(screen.getByRole('main')).not.toHaveProperty('ariaBusy', 'true'))
    expect(screen.getByRole('navigation', { name: 'Pages' })).toBeTruthy()
    expect(screen.getByRole('heading', { level: 1 })).toBeTruthy()
    expect(document.querySelector('nav a[aria-current="page"]')?.getAttribute('href')).toBe(`#/${page}`)
    expect(await problems()).toEqual([])
  })

  it.each(OPENED)('%s shows its details', async (path, name) => {
    ;({ stop } = await openWindow(worldOf('busy', Date.now()), path))
    expect(await screen.findByRole('complementary', { name })).toBeTruthy()
    expect(await problems()).toEqual([])
  })

  it.each(PAGES)('%s says what would make something appear, where nothing is', async (page) => {
    const live = worldOf('empty', Date.now())
    const { prod } = worldOf('calm', Date.now()).gateways
    if (!prod) throw new Error('no gateway')
    ;({ stop } = await openWindow({ ...live, gateways: { prod } }, `/${page}`))
    expect(screen.getByRole('heading', { level: 1 })).toBeTruthy()
    expect(await problems()).toEqual([])
  })

  it.each(WORLDS.filter((world) => world !== 'loading'))(
    'the first page stands in the state "%s"',
    async (world) => {
      ;({ stop } = await openWindow(worldOf(world, Date.now()), '/now'))
      expect(screen.getByRole('heading', { level: 1 })).toBeTruthy()
      expect(await problems()).toEqual([])
    },
  )
})
