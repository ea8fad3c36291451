import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { type Program, program } from './program'

const entry = (p: Program) => join(p.home, 'autostart', 'gatewatch.desktop')
const card = (p: Program) => p.page.getByRole('region', { name: 'Start at login' })

/** Starts the program again, and waits until it would have asked. */
async function again(p: Program): Promise<void> {
  expect(await p.stop()).toBe(0)
  await p.startGatewatch()
  await p.load()
  await p.connected('prod')
}

it('start at login is asked when the first gateway is connected, and yes makes the entry', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  expect(await card(p).count()).toBe(0)
  await p.add()
  await hand.press(card(p).getByRole('button', { name: 'Ask later' }))
  await hand.inView(() => card(p).waitFor({ state: 'hidden' }))
  await p.load() // also not after another load of the page
  await p.connected('prod')
  await p.page.waitForTimeout(1500)
  expect(await card(p).count()).toBe(0)
  await again(p)
  await hand.press(card(p).getByRole('button', { name: 'Start at login' }))
  await hand.outside(async () => {
    await becomes(() => existsSync(entry(p))).toBe(true)
    expect(readFileSync(entry(p), 'utf8')).toMatch(/^Exec=".+" --hidden$/m)
    await becomes(() => p.settings().window).toMatchObject({ start_at_login: true, login_asked: true })
  })
  await card(p).waitFor({ state: 'hidden' })
})

it('who says no to starting at login is never asked again', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  await p.add()
  await hand.press(card(p).getByRole('button', { name: 'No', exact: true }))
  await hand.outside(() => becomes(() => p.settings().window).toMatchObject({ login_asked: true }))
  await again(p)
  await p.page.waitForTimeout(1500)
  expect(await card(p).count()).toBe(0)
  expect(existsSync(entry(p))).toBe(false)
})
