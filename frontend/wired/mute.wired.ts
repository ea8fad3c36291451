import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { type Program, program } from './program'
import { WORLD } from './worlds'

const bell = (p: Program) =>
  p.page.getByRole('banner').getByRole('button', { name: /^(Mute notifications|Muted)/ })

/** Until when the engine holds notices back, in minutes from now; 0 for not at all. */
async function mutedFor(p: Program): Promise<number> {
  const fact = (await p.live()).app.mute
  return fact ? Math.round((fact.at - Date.now()) / 60_000) : 0
}

const unmuteLine = async (p: Program) =>
  (await p.tray()).lines.some((line) => /Unmute \(.* left\)/.test(line))

it('muting for a time in the window shows in the tray, and ends there', async () => {
  const p = await program()
  const hand = new Hand(p)
  for (const [name, minutes] of [
    ['15 min', 15],
    ['1 hour', 60],
  ] as const) {
    await hand.pick(bell(p), name)
    await hand.outside(async () => {
      await becomes(() => mutedFor(p)).toBe(minutes)
      await becomes(() => unmuteLine(p)).toBe(true)
    })
    await becomes(() => bell(p).getAttribute('aria-label')).toMatch(/^Muted, .* left$/)
    const line = (await p.tray()).lines.find((one) => one.includes('Unmute ('))
    await p.pressTray(line?.trim() ?? '')
    await becomes(() => mutedFor(p)).toBe(0)
    await becomes(() => bell(p).getAttribute('aria-label')).toBe('Mute notifications')
    await becomes(() => unmuteLine(p)).toBe(false)
  }
})

it('muting in the tray shows in the window, stays over a restart, and ends in the window', async () => {
  const p = await program()
  const hand = new Hand(p)
  await becomes(async () => (await p.tray()).lines.length).toBeGreaterThan(5)
  const alsoCritical = () =>
    p.page.evaluate(async () => {
      type Mutes = () => Promise<{ alsoCritical: boolean }[]>
      const { go } = window as unknown as { go: { app: { Alerts: { Mutes: Mutes } } } }
      return (await go.app.Alerts.Mutes()).map((one) => one.alsoCritical)
    })
  await p.pressTray('1 hour, also critical alerts')
  await becomes(alsoCritical).toEqual([true])
  await p.pressTray('1 hour')
  await becomes(alsoCritical).toEqual([false])
  await becomes(() => mutedFor(p)).toBe(60)
  await becomes(() => bell(p).getAttribute('aria-label')).toMatch(/^Muted, .* left$/)
  await p.stop()
  await p.startGatewatch()
  await p.load()
  await becomes(() => mutedFor(p)).toBe(60)
  await becomes(() => unmuteLine(p)).toBe(true)
  await hand.pick(bell(p), 'Unmute')
  await hand.outside(async () => {
    await becomes(() => mutedFor(p)).toBe(0)
    await becomes(() => unmuteLine(p)).toBe(false)
  })
})

it('muting until tomorrow, and also what is critical', async () => {
  const p = await program()
  const hand = new Hand(p)
  await hand.pick(bell(p), 'Until tomorrow 09:00')
  await hand.outside(async () => {
    await becomes(async () => new Date((await p.live()).app.mute?.at ?? 0).getHours()).toBe(9)
  })
  await hand.pick(bell(p), '1 hour, also critical alerts')
  await hand.outside(() => becomes(() => mutedFor(p)).toBe(60))
})

it('while muted, another time is chosen', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await hand.pick(bell(p), '1 hour, also critical alerts')
  await hand.outside(() => becomes(() => mutedFor(p)).toBe(60))
  for (const [name, minutes] of [
    ['15 min', 15],
    ['1 hour', 60],
  ] as const) {
    await becomes(() => bell(p).getAttribute('aria-label')).toMatch(/^Muted, .* left$/)
    await hand.pick(bell(p), name)
    await hand.outside(() => becomes(() => mutedFor(p)).toBe(minutes))
  }
  await hand.pick(bell(p), 'Until tomorrow 09:00')
  await hand.outside(() =>
    becomes(async () => new Date((await p.live()).app.mute?.at ?? 0).getHours()).toBe(9),
  )
  await hand.pick(bell(p), 'Mute in part, or plan maintenance…')
  await hand.inView(() => dialogOf(p).waitFor())
})

it('a mute holds warnings back, and lets what is critical through', async () => {
  const world = `dialect conduit
have group 1 Platform credit=100 spent=20
have key 1 platform-api group=Platform
have key 2 batch group=Platform
have provider 1 openai type=OpenAI
have mapping 1 chat-default openai gpt-5.2
have setting Retention.Days 30
wait client spend
20s batch spend batch to=80%
24s batch spend batch to=96%
`
  const p = await program({ world })
  await p.pressTray('15 min').catch(() => {})
  await becomes(() => mutedFor(p)).toBe(15)
  await expect
    .poll(async () => (await p.notices()).map((notice) => notice.urgency), { timeout: 80_000, interval: 300 })
    .toEqual([2])
})

const dialogOf = (p: Program) => p.page.getByRole('dialog', { name: 'Mute, or plan maintenance' })

it('a key, a provider, a gateway and a kind of alerts are muted, each by itself', async () => {
  const p = await program()
  const hand = new Hand(p)
  await p.connected('gateway')
  const dialog = dialogOf(p)
  const close = async () => {
    await p.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  }
  type Muted = { scope: Record<string, string>; until: number; alsoCritical: boolean }
  const mutes = () =>
    p.page.evaluate(async () => {
      const { go } = window as unknown as { go: { app: { Alerts: { Mutes(): Promise<Muted[]> } } } }
      return (await go.app.Alerts.Mutes()).map((one) => ({
        of: `${one.scope.kind}${one.scope.entity}` || one.scope.category || one.scope.gateway || 'all',
        minutes: Math.round((one.until - Date.now()) / 60_000),
        critical: one.alsoCritical,
      }))
    })
  const provider = Object.values((await p.live()).providers)[0]?.id ?? ''
  const key = Object.values((await p.live()).keys)[0]?.id ?? ''

  await p.go(`/providers/${encodeURIComponent(provider)}`)
  await hand.press(p.page.getByRole('complementary').getByRole('button', { name: 'Mute…' }))
  await hand.press(dialog.getByRole('button', { name: '1 hour' }))
  await hand.outside(() =>
    becomes(mutes).toEqual([{ of: `provider${provider}`, minutes: 60, critical: false }]),
  )
  await close()

  await p.go(`/spend/${encodeURIComponent(key)}`)
  await hand.press(p.page.getByRole('complementary').getByRole('button', { name: 'Mute…' }))
  await hand.toggle(dialog.getByRole('switch', { name: 'Also critical alerts' }))
  await hand.press(dialog.getByRole('button', { name: '15 min' }))
  await hand.outside(() => becomes(mutes).toContainEqual({ of: `key${key}`, minutes: 15, critical: true }))
  await close()

  await p.go('/connections')
  await hand.pick(p.page.getByRole('button', { name: /^More for 127/ }), 'Mute…')
  await hand.press(dialog.getByRole('button', { name: 'Until tomorrow 09:00' }))
  await hand.outside(() => becomes(async () => (await mutes()).map((one) => one.of)).toContain('gateway'))
  await hand.choose(dialog.getByRole('combobox', { name: 'What' }), 'Tasks')
  await hand.press(dialog.getByRole('button', { name: '1 hour' }))
  await hand.outside(() => becomes(async () => (await mutes()).map((one) => one.of)).toContain('task'))
  // The list is read again once it is kept.
  await becomes(() => dialog.getByRole('region', { name: 'Muted now' }).getByRole('listitem').count()).toBe(4)
  await close()

  // All of them are listed, stay over a restart, and end there.
  await p.stop()
  await p.startGatewatch()
  await p.load()
  expect((await mutes()).length).toBe(4)
  await hand.pick(bell(p), /^Muted in part: 4/)
  const now = dialog.getByRole('region', { name: 'Muted now' })
  await becomes(() => now.getByRole('listitem').count()).toBe(4)
  await now.getByText(/14 min|15 min/).waitFor()
  for (let left = 3; left >= 0; left--) {
    await hand.press(now.getByRole('button', { name: 'End' }).first())
    await hand.outside(() => becomes(async () => (await mutes()).length).toBe(left))
  }
})

it('what is open is muted until it is resolved', async () => {
  const p = await program({ world: `${WORLD}\nbatch spend research-batch to=86%\n` })
  const hand = new Hand(p)
  await becomes(async () => (await p.notices()).length).toBeGreaterThan(0)
  await hand.pick(bell(p), 'Mute in part, or plan maintenance…')
  await hand.press(dialogOf(p).getByRole('button', { name: 'Until it is resolved' }))
  await hand.outside(() =>
    becomes(async () =>
      Object.values((await p.live()).alerts)
        .filter((alert) => alert.status === 'firing')
        .every((alert) => alert.silencedUntil > Date.now()),
    ).toBe(true),
  )
})

it('maintenance is planned once or weekly, holds back, and ends by hand', async () => {
  const world = `${WORLD}\n25s batch spend research-batch to=96%\n`
  const p = await program({ world })
  const hand = new Hand(p)
  await p.connected('gateway')
  const dialog = dialogOf(p)
  const form = dialog.getByRole('group', { name: 'Maintenance' })
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 16)
  await hand.pick(bell(p), 'Mute in part, or plan maintenance…')
  // What cannot be a window is said at its field, and why there is nothing to plan.
  await form.getByText('It needs a beginning and an end.').waitFor()
  await form.getByLabel('Maintenance from').fill('12/..')
  await form.getByLabel('To').fill(at(-10))
  await form.getByText('A day and a time, such as').waitFor()
  await form.getByLabel('Maintenance from').fill(at(-2))
  await form.getByLabel('Note').focus()
  await form.getByText('It ends before it begins.').waitFor()
  await hand.fill(form.getByLabel('Maintenance from'), at(-2))
  await hand.fill(form.getByLabel('To'), at(60))
  await hand.fill(form.getByLabel('Note'), 'New disks')
  await hand.toggle(form.getByRole('switch', { name: 'Each week' }))
  await form.getByRole('button', { name: 'Plan maintenance' }).dblclick()
  const list = dialog.getByRole('region', { name: 'Planned maintenance' })
  const windows = () =>
    p.page.evaluate(async () => {
      type Windows = () => Promise<{ weekly: boolean; note: string }[]>
      const { go } = window as unknown as { go: { app: { Alerts: { Maintenance: Windows } } } }
      return (await go.app.Alerts.Maintenance()).map((one) => `${one.note} ${one.weekly}`)
    })
  await becomes(windows).toEqual(['New disks true'])
  await becomes(() => form.getByLabel('To').inputValue()).toBe('')
  await form.getByLabel('Maintenance from').fill(at(100))
  await form.getByLabel('To').fill(at(130))
  await hand.press(form.getByRole('button', { name: 'Plan maintenance' }))
  await hand.outside(() => becomes(windows).toEqual(['New disks true', ' false']))
  await list.getByRole('button', { name: 'End' }).last().click()
  await becomes(windows).toEqual(['New disks true'])
  await list.getByText(/each week/).waitFor()
  // A critical alert that comes in it is shown, and nobody is told.
  const held = async () =>
    Object.values((await p.live()).alerts).some(
      (alert) => alert.severity === 'critical' && alert.inhibitedBy === 'maintenance',
    )
  await expect.poll(held, { timeout: 60_000, interval: 300 }).toBe(true)
  expect((await p.notices()).filter((notice) => notice.urgency === 2)).toEqual([])
  await p.stop()
  await p.startGatewatch()
  await p.load()
  expect(await windows()).toEqual(['New disks true'])
  await hand.pick(bell(p), 'Mute in part, or plan maintenance…')
  await hand.press(list.getByRole('button', { name: 'End' }))
  await hand.outside(() => becomes(windows).toEqual([]))
  // What is still true is told then, once it has settled.
  await expect
    .poll(async () => (await p.notices()).map((notice) => notice.urgency), {
      timeout: 100_000,
      interval: 500,
    })
    .toContain(2)
})
