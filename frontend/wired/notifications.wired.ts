import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'
import { region, save } from './settingsPage'
import { WORLD } from './worlds'

it('every switch and number of notifications is in the file', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await p.go('/settings')
  const panel = region(p, 'Notifications')
  await hand.choose(panel.getByRole('combobox', { name: 'From severity' }), 'Critical only')
  await hand.fill(panel.getByLabel('Repeat a critical one after'), '2')
  await hand.fill(panel.getByLabel('At most in a minute'), '9')
  await hand.fill(panel.getByLabel('At most in an hour'), '90')
  for (const name of ['Also when it is over', 'Also when a watched task is done', 'With sound', /^Private/])
    await hand.toggle(panel.getByRole('switch', { name }))
  await save(p, hand)
  await hand.outside(() =>
    becomes(() => p.settings().notifications).toMatchObject({
      minimum: 'critical',
      repeat: '2h',
      recovered: false,
      tasks: true,
      sound: false,
      private: true,
      per_minute: 9,
      per_hour: 90,
    }),
  )
  for (const option of ['Information', 'Warning']) {
    await hand.choose(panel.getByRole('combobox', { name: 'From severity' }), option)
    await save(p, hand)
    await hand.outside(() =>
      becomes(() => p.settings().notifications.minimum).toBe(option === 'Warning' ? 'warning' : 'info'),
    )
  }
  await hand.toggle(panel.getByRole('switch', { name: 'Show native notifications' }))
  await save(p, hand)
  await hand.outside(() => becomes(() => p.settings().notifications.enabled).toBe(false))
})

it('test notifications reach the desktop with their urgency', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await p.go('/settings')
  for (const [name, severity] of [
    ['Information', 'an info'],
    ['Warning', 'a warning'],
    ['Critical', 'a critical'],
  ] as const) {
    const before = (await p.notices()).length
    await hand.press(region(p, 'Notifications').getByRole('button', { name, exact: true }))
    await hand.outside(async () => {
      await becomes(async () => (await p.notices()).length).toBe(before + 1)
      const notice = (await p.notices()).at(-1)
      expect(notice?.title).toBe(`This is how ${severity} alert looks`)
      expect(notice?.urgency === 2).toBe(name === 'Critical')
      // Only what is critical is heard.
      expect([notice?.sound, notice?.silent]).toEqual(
        name === 'Critical' ? ['dialog-error', false] : ['', true],
      )
    })
  }
  await p.page.getByRole('switch', { name: 'With sound' }).focus()
  await p.page.keyboard.press('Space')
  await save(p, hand)
  await hand.outside(() => becomes(() => p.settings().notifications?.sound).toBe(false))
  const before = (await p.notices()).length
  await region(p, 'Notifications').getByRole('button', { name: 'Critical', exact: true }).click()
  await becomes(async () => (await p.notices()).length).toBe(before + 1)
  expect((await p.notices()).at(-1)).toMatchObject({ urgency: 2, sound: '', silent: true })
})

it('quiet hours are in the file, and hold back what is not critical', async () => {
  const p = await program({ world: `${WORLD}\nbatch spend research-batch to=86%\n`, settings: '' })
  const hand = new Hand(p)
  await p.go('/settings')
  const panel = region(p, 'Quiet hours')
  await hand.toggle(panel.getByRole('switch', { name: 'Keep quiet at these times' }))
  await hand.press(panel.getByRole('button', { name: 'Add a time' }))
  await hand.press(panel.getByRole('button', { name: 'Saturday' }))
  await hand.press(panel.getByRole('button', { name: 'Sunday' }))
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']) {
    await hand.press(panel.getByRole('button', { name: day }))
    await hand.press(panel.getByRole('button', { name: day }))
  }
  await hand.fill(panel.getByLabel('From', { exact: true }), '00:00')
  await hand.fill(panel.getByLabel('To', { exact: true }), '23:59')
  await hand.toggle(panel.getByRole('switch', { name: 'Critical alerts pass' }))
  await save(p, hand)
  await hand.outside(async () => {
    await becomes(() => p.settings().quiet_hours).toMatchObject({ enabled: true, critical_passes: false })
    expect(p.settings().quiet_hours.spans[0]).toMatchObject({ from: '00:00', to: '23:59' })
    expect(p.settings().quiet_hours.spans[0].days.length).toBe(7)
  })
  await hand.press(panel.getByRole('button', { name: 'Remove this time' }))
  await panel.getByText('No time is set yet').waitFor()
  await p.page.getByRole('main').locator('button[type=submit]', { hasText: 'Save' }).click()
  await panel.getByText('Add a time: without one nothing is ever kept quiet.').waitFor()
  expect(p.settings().quiet_hours.spans.length).toBe(1)
  await hand.toggle(panel.getByRole('switch', { name: 'Keep quiet at these times' }))
  await save(p, hand)
  await hand.outside(() => becomes(() => p.settings().quiet_hours.spans ?? []).toEqual([]))
})
