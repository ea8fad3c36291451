import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'

it('refresh reads again and leaves the connections alone', async () => {
  const p = await program()
  const hand = new Hand(p)
  await p.connected('gateway')
  await p.page.waitForTimeout(7_000) // what is read at the start, and the pause between two refreshes
  const links = Object.values((await p.live()).links)
  for (const press of [
    () => hand.press(p.page.getByRole('button', { name: 'Read again now' })),
    async () => {
      await p.go('/connections')
      await p.page.waitForTimeout(6_000)
      await hand.pick(p.page.getByRole('button', { name: /^More for 127/ }), 'Read again')
    },
  ]) {
    const before = Date.now()
    await press()
    await hand.outside(async () => {
      // The keys are read once a minute otherwise.
      await becomes(() => p.admin.since(before, /VirtualKeys$/i).length).toBeGreaterThan(0)
      expect(p.core.since(before).filter((one) => one.socket)).toEqual([])
      expect(p.admin.since(before).filter((one) => one.socket)).toEqual([])
    })
  }
  const now = (await p.live()).links
  for (const link of links) expect(now[link.id]?.connects, link.id).toBe(link.connects)
})

it('reconnect, disconnect and connect do that', async () => {
  const p = await program()
  const hand = new Hand(p)
  await p.connected('gateway')
  await p.go('/connections')
  const press = (name: string) =>
    hand.press(p.page.getByRole('main').getByRole('button', { name, exact: true }))
  const before = Date.now()
  await press('Reconnect')
  await hand.outside(async () => {
    await becomes(() => p.core.since(before).filter((one) => one.socket).length).toBeGreaterThan(0)
    await p.connected('gateway')
  })
  await press('Disconnect')
  await hand.outside(async () => {
    await becomes(() => p.core.open + p.admin.open).toBe(0)
    await becomes(async () => (await p.live()).gateways.gateway?.overall).toBe('disconnected')
  })
  await press('Connect')
  await hand.outside(() => p.connected('gateway'))
})

it('the report says what was found, and is copied', async () => {
  const p = await program()
  const hand = new Hand(p)
  await p.connected('gateway')
  await p.go('/connections')
  const before = Date.now()
  await hand.pick(p.page.getByRole('button', { name: /^More for 127/ }), 'Copy report…')
  const dialog = p.page.getByRole('dialog')
  const copy = dialog.getByRole('button', { name: 'Copy' })
  await expect.poll(() => copy.isEnabled(), { timeout: 60_000 }).toBe(true)
  await hand.press(copy)
  await hand.outside(async () => {
    await becomes(() => p.page.evaluate(() => navigator.clipboard.readText())).toContain(
      'gatewatch doctor, version',
    )
    expect(p.core.since(before).length).toBeGreaterThan(0)
  })
  const again = Date.now()
  await hand.press(dialog.getByRole('button', { name: /Look again|Again/ }))
  await hand.outside(async () => {
    await expect.poll(() => p.admin.since(again).length, { timeout: 60_000 }).toBeGreaterThan(0)
    await expect.poll(() => copy.isEnabled(), { timeout: 60_000 }).toBe(true)
  })
  expect(await p.page.evaluate(() => navigator.clipboard.readText())).not.toContain(p.master)
  await hand.press(dialog.getByRole('button', { name: 'Close', exact: true }))
  await hand.inView(() => dialog.waitFor({ state: 'hidden' }))
})

it('hubs, cells and other keys open their details', async () => {
  const p = await program()
  const hand = new Hand(p)
  await p.connected('gateway')
  await p.go('/connections')
  const panel = p.page.getByRole('complementary')
  await hand.press(p.page.getByRole('main').getByRole('button', { name: /^spend\b/ }))
  await hand.inView(() => panel.waitFor())
  await hand.see()
  await hand.press(panel.getByRole('button', { name: 'Close details' }))
  await hand.inView(() => panel.waitFor({ state: 'hidden' }))
  await p.go('/connections/nothing-like-it') // a hub that was open before
  await hand.press(panel.getByRole('button', { name: 'Close details' }))
  await hand.inView(() => panel.waitFor({ state: 'hidden' }))
  await hand.press(
    p.page
      .getByRole('table', { name: /^How each topic/ })
      .getByRole('button')
      .first(),
  )
  await hand.inView(async () => {})
  await hand.pick(p.page.getByRole('button', { name: /^More for 127/ }), 'Show events')
  await hand.inView(() => becomes(() => p.page.evaluate(() => location.hash)).toBe('#/events'))
})
