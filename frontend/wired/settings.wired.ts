import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'
import { region, save } from './settingsPage'
import { WORLD } from './worlds'

it('thresholds and the smallest budget are in the file, and in force at once', async () => {
  const p = await program({ world: `${WORLD}\nbatch spend research-batch to=62%\n` })
  const hand = new Hand(p)
  await p.connected('gateway')
  await p.go('/settings')
  const budgets = region(p, 'Budgets')
  await hand.fill(budgets.getByLabel('Warning at'), '40')
  await hand.fill(budgets.getByLabel('Critical at'), '60')
  await hand.fill(budgets.getByLabel('More thresholds'), '55, 45')
  await hand.fill(budgets.getByLabel('Smallest budget'), '2.5')
  await save(p, hand)
  await hand.outside(async () => {
    await becomes(() => p.settings().alerts).toMatchObject({
      thresholds: { warning: 0.4, critical: 0.6 },
      more_thresholds: [0.45, 0.55],
      min_budget: '2.5',
    })
    // Research stands at 62 %: nothing by the old thresholds, critical by these.
    await becomes(async () =>
      Object.values((await p.live()).alerts)
        .filter((alert) => alert.rule === 'budget.used' && alert.status === 'firing')
        .map((alert) => alert.severity),
    ).toContain('critical')
  })
  await hand.fill(budgets.getByLabel('Smallest budget'), '50')
  await hand.press(p.page.getByRole('button', { name: 'Discard' }))
  await hand.inView(() => becomes(() => budgets.getByLabel('Smallest budget').inputValue()).toContain('2.5'))
})

it('what is changed in the file is shown and in force, and what is wrong is said with its line', async () => {
  const p = await program({ world: null })
  await p.go('/settings')
  const text = () => readFileSync(p.settingsPath, 'utf8')
  writeFileSync(p.settingsPath, '[alerts.thresholds]\nwarning = 0.5\ncritical = 0.8\n')
  await becomes(() => p.page.getByLabel('Warning at').inputValue()).toContain('50')
  writeFileSync(p.settingsPath, '[alerts.thresholds]\nwarning = "much"\ncritical = 0.8\n')
  await p.page.getByText(/Line 2, /).waitFor()
  expect(text()).toContain('much')
  writeFileSync(p.settingsPath, 'this is no TOML')
  await becomes(async () => (await p.live()).app.settings?.title).toContain('cannot be read')
  await becomes(() => p.page.getByLabel('Critical at').inputValue()).toContain('80')
})

it('the history is kept as long as is said, and wiped after a question', async () => {
  const p = await program()
  const hand = new Hand(p)
  await p.connected('gateway')
  await p.go('/settings')
  const panel = region(p, 'History')
  await hand.fill(panel.getByLabel('Keep events for'), '30')
  await hand.fill(panel.getByLabel('Keep sums and alerts for'), '200')
  await hand.fill(panel.getByLabel('At most'), '128')
  await save(p, hand)
  await hand.outside(() =>
    becomes(() => p.settings().retention).toEqual({ events: '30d', sums: '200d', max_megabytes: 128 }),
  )
  const events = () =>
    p.page.evaluate(async () => {
      type Events = (query: unknown) => Promise<{ events: { seq: number }[] }>
      const { go } = window as unknown as { go: { app: { History: { Events: Events } } } }
      const all = { gateway: '', kinds: [], severities: [], text: '', from: 0, to: 0, before: 0, limit: 500 }
      return (await go.app.History.Events(all)).events.map((event) => event.seq)
    })
  await becomes(async () => (await events()).length).toBeGreaterThan(10)
  const oldest = Math.min(...(await events()))
  const dialog = p.page.getByRole('dialog')
  await hand.press(panel.getByRole('button', { name: 'Wipe the history…' }))
  await hand.press(dialog.getByRole('button', { name: 'Cancel' }))
  await hand.inView(() => dialog.waitFor({ state: 'hidden' }))
  expect(await events()).toContain(oldest)
  await hand.press(panel.getByRole('button', { name: 'Wipe the history…' }))
  await hand.press(dialog.getByRole('button', { name: 'Wipe' }))
  await hand.outside(() => becomes(async () => (await events()).includes(oldest)).toBe(false))
})

it('settings are exported without keys, and imported after a look at what changes', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  await p.add()
  await p.go('/settings')
  const panel = region(p, 'Export and import')
  const folder = p.saves
  await hand.press(panel.getByRole('button', { name: 'Export settings…' }))
  await hand.outside(() => becomes(() => existsSync(folder) && readdirSync(folder).length).toBe(1))
  const text = readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8')
  expect(text).toContain(p.core.url)
  for (const secret of [p.master, ...Object.values(p.keys)]) expect(text).not.toContain(secret)

  const dialog = p.page.getByRole('dialog')
  await hand.press(panel.getByRole('button', { name: 'Import settings…' }))
  const chooser = p.page.waitForEvent('filechooser')
  await hand.press(dialog.getByRole('button', { name: 'Choose a file…' }))
  await (await chooser).setFiles({ name: 'mine.toml', mimeType: 'text/plain', buffer: Buffer.from('# mine') })
  await hand.inView(() => becomes(() => dialog.getByLabel('Or paste its text').inputValue()).toBe('# mine'))
  await hand.press(dialog.getByRole('button', { name: 'Cancel' }))
  await hand.inView(() => dialog.waitFor({ state: 'hidden' }))
  await hand.press(panel.getByRole('button', { name: 'Import settings…' }))
  await hand.fill(
    dialog.getByLabel('Or paste its text'),
    text.replace('per_hour = 12', 'per_hour = 44').replace("label = 'Prod'", "label = 'Other'"),
  )
  await hand.press(dialog.getByRole('button', { name: 'See what changes' }))
  await dialog.getByRole('row', { name: /notifications.per_hour 12 44/ }).waitFor()
  expect(p.settings().notifications.per_hour).toBe(12)
  await hand.press(dialog.getByRole('button', { name: 'Import' }))
  await hand.outside(async () => {
    await becomes(() => p.settings().notifications.per_hour).toBe(44)
    await becomes(async () => (await p.live()).gateways.prod?.label).toBe('Other')
    await becomes(p.secrets).toMatchObject({ 'prod/virtual-key': p.keys[''] })
    await p.connected('prod')
  })
})

it('a form that is being filled does not take back what was changed in the file meanwhile', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await p.go('/settings')
  await hand.fill(region(p, 'Budgets').getByLabel('Warning at'), '60')
  writeFileSync(p.settingsPath, '[notifications]\nper_hour = 77\n')
  await becomes(async () => (await p.rules()).length).toBeGreaterThan(5)
  await p.page.waitForTimeout(600) // it was noticed, and the form is left as it is
  await save(p, hand)
  await hand.outside(() => becomes(() => p.settings().alerts?.thresholds?.warning).toBe(0.6))
  expect(p.settings().notifications.per_hour).toBe(77)
})

it('the bar to save lies above all that scrolls under it, and leads to what is wrong', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await p.go('/settings')
  const quiet = region(p, 'Quiet hours')
  await quiet.getByRole('switch', { name: 'Keep quiet at these times' }).click({ force: true })
  if ((await quiet.getByRole('group', { name: 'Days' }).count()) === 0)
    await quiet.getByRole('button', { name: 'Add a time' }).click()
  // The names of days are within their buttons.
  const days = await quiet.getByRole('group', { name: 'Days' }).getByRole('button').all()
  for (const day of days)
    expect(
      await day.evaluate((button) => {
        const text = document.createRange()
        text.selectNodeContents(button)
        const [inner, outer] = [text.getBoundingClientRect(), button.getBoundingClientRect()]
        return Math.min(inner.left - outer.left, outer.right - inner.right)
      }),
    ).toBeGreaterThan(3)
  const more = region(p, 'Budgets').getByLabel('More thresholds')
  await more.fill('abc')
  await region(p, 'Network').getByLabel('Client certificate').fill('x')
  const save = p.page.getByRole('main').locator('button[type=submit]', { hasText: 'Save' })
  for (const field of ['Then every', 'Keep events for', 'At most in a minute']) {
    const under = p.page.getByLabel(field)
    await under.evaluate((input) => {
      const bar = [...document.querySelectorAll('button[type=submit]')].at(-1)?.getBoundingClientRect()
      const scroll = input.closest('main')?.querySelector('[class*=scroll]') ?? document.scrollingElement
      let box: Element | null = input
      while (box && box.scrollHeight <= box.clientHeight + 4) box = box.parentElement
      ;(box ?? scroll)?.scrollBy(0, input.getBoundingClientRect().top - (bar?.top ?? 0))
    })
    const free = await save.evaluate((button) => {
      const { left, right, top, bottom } = button.getBoundingClientRect()
      for (let x = left + 4; x < right - 4; x += 4)
        for (let y = top + 4; y < bottom - 4; y += 4)
          if (!button.contains(document.elementFromPoint(x, y))) return false
      return true
    })
    expect(free, field).toBe(true)
  }
  await hand.press(save)
  await hand.inView(() =>
    becomes(() => more.evaluate((input) => input === document.activeElement)).toBe(true),
  )
  await p.page.getByText('Not saved: 2 fields cannot be as they are.').waitFor()
  const box = await more.boundingBox()
  expect(box?.y).toBeGreaterThan(0)
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(820)
})
