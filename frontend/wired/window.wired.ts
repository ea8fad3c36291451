import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'
import { region, save } from './settingsPage'

it('the appearance is in the file and over a restart', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await p.go('/settings')
  const scheme = () =>
    p.page.evaluate(() => document.documentElement.getAttribute('data-mantine-color-scheme'))
  for (const [name, theme] of [
    ['Dark', 'dark'],
    ['Light', 'light'],
    ['Like the system', 'auto'],
  ] as const) {
    await hand.toggle(region(p, 'Window').getByRole('radio', { name }))
    await save(p, hand)
    await hand.outside(() => becomes(() => p.settings().window.theme).toBe(theme))
  }
  writeFileSync(p.settingsPath, '[window]\ntheme = "dark"\n')
  await becomes(scheme).toBe('dark')
})

it('closing keeps watching or ends, start hidden hides, start at login is with the desktop', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await becomes(async () => (await p.tray()).lines.length).toBeGreaterThan(3)
  await p.go('/settings')
  const panel = region(p, 'Window')
  expect(await p.window()).toMatchObject({ shown: true })
  await p.closeWindow()
  expect(await p.window()).toMatchObject({ shown: false })
  const explained = async () =>
    (await p.notices()).filter((one) => one.title === 'Gatewatch keeps watching').length
  await becomes(explained).toBe(1) // the first time
  await p.pressTray('Open Gatewatch')
  await becomes(p.window).toMatchObject({ shown: true })
  // It comes back where it was.
  await becomes(() => p.page.evaluate(() => location.hash)).toBe('#/settings')
  await p.closeWindow()
  await p.pressTray('Open Gatewatch')
  await becomes(p.window).toMatchObject({ shown: true })

  await p.go('/settings')
  await hand.toggle(panel.getByRole('switch', { name: 'Start hidden' }))
  await hand.toggle(panel.getByRole('switch', { name: 'Start at login' }))
  await save(p, hand)
  await hand.outside(async () => {
    await becomes(() => p.settings().window).toMatchObject({ start_hidden: true, start_at_login: true })
    await becomes(
      () => existsSync(join(p.home, 'autostart')) && readdirSync(join(p.home, 'autostart')).length,
    ).toBe(1)
    await p.stop()
    await p.startGatewatch([])
    expect(await p.window()).toMatchObject({ shown: false })
    await p.load('/settings')
  })
  expect(await explained()).toBe(1)
  await hand.toggle(panel.getByRole('switch', { name: /^Keep watching from the tray/ }))
  await save(p, hand)
  await hand.outside(async () => {
    await becomes(() => p.settings().window.close_to_tray).toBe(false)
    await p.closeWindow()
    await becomes(() => p.running).toBe(false)
  })
})

it('everything is drawn larger and smaller, at once and after a restart', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await becomes(p.window).toMatchObject({ size: 100 })
  await p.go('/settings')
  await hand.choose(region(p, 'Window').getByLabel(/^Size of text/), '150 %')
  const is = async (size: number) => {
    await becomes(() => p.settings().window.text_size).toBe(size)
    await becomes(p.window).toMatchObject({ size })
  }
  await hand.outside(() => is(150))
  for (const [key, size] of [
    ['Control+-', 125],
    ['Control+Equal', 150],
    ['Control+0', 100],
    ['Control+-', 90],
  ] as const) {
    await p.page.keyboard.press(key)
    await is(size)
  }
  await p.stop()
  await p.startGatewatch([])
  await p.load('/settings')
  await becomes(p.window).toMatchObject({ size: 90 })
  writeFileSync(p.settingsPath, '[window]\ntext_size = 110\n')
  await becomes(p.window).toMatchObject({ size: 110 })
})

it('a window that starts hidden shows itself where no tray could bring it up', async () => {
  const p = await program({ world: null, tray: false, settings: '[window]\nstart_hidden = true\n' })
  await becomes(p.window).toMatchObject({ shown: true })
})

it('quit ends the program, past the tray', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await becomes(async () => (await p.tray()).lines.length).toBeGreaterThan(3)
  await p.go('/settings')
  await hand.press(region(p, 'About').getByRole('button', { name: 'Copy' }))
  await hand.outside(() =>
    becomes(() => p.page.evaluate(() => navigator.clipboard.readText())).toContain(`logFile: ${p.home}`),
  )
  await p.quits(hand, region(p, 'About').getByRole('button', { name: /^Quit/ }))
})

it('quit in the palette ends the program', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await p.page.keyboard.press('Control+k')
  await p.page.getByRole('textbox', { name: 'Search or do anything' }).fill('Quit Gatewatch')
  await p.quits(hand, p.page.getByRole('button').filter({ hasText: /^Quit Gatewatch/ }))
})
