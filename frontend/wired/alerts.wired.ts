import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { type Program, program } from './program'
import { WORLD } from './worlds'

/** A budget is nearly used up from the start: one warning that stays. */
const WARNED = `${WORLD}
batch spend research-batch to=86%
`

async function firing(p: Program, severity: string) {
  const find = async () =>
    Object.values((await p.live()).alerts).find(
      (alert) => alert.status === 'firing' && alert.severity === severity && alert.category === 'spend',
    )
  await expect.poll(find, { timeout: 60_000, interval: 300 }).toBeTruthy()
  const found = await find()
  if (!found) throw new Error('it is gone again')
  return found
}

/** Minutes until nine o'clock tomorrow. */
function minutesUntilMorning(): number {
  const morning = new Date()
  morning.setDate(morning.getDate() + 1)
  morning.setHours(9, 0, 0, 0)
  return Math.round((morning.getTime() - Date.now()) / 60_000)
}

const alertOf = async (p: Program, id: string) => (await p.live()).alerts[id]

it('an alert is acknowledged, with a note and without, and taken back', async () => {
  const p = await program({ world: WARNED })
  const hand = new Hand(p)
  const { id, title } = await firing(p, 'warning')
  await p.go('/alerts')
  await hand.press(p.page.getByRole('table', { name: 'Alerts' }).locator('[data-index]', { hasText: title }))
  await hand.inView(() => p.page.getByRole('complementary').waitFor())
  const panel = p.page.getByRole('complementary')

  await hand.press(panel.getByRole('button', { name: 'Acknowledge', exact: true }))
  await hand.outside(() => becomes(async () => (await alertOf(p, id))?.acked).toBe(true))
  await hand.press(panel.getByRole('button', { name: 'Take back acknowledgement' }))
  await hand.outside(() => becomes(async () => (await alertOf(p, id))?.acked).toBe(false))

  await hand.press(panel.getByRole('button', { name: '…with a note' }))
  await hand.press(panel.getByRole('button', { name: 'Cancel' }))
  await hand.inView(() => panel.getByRole('button', { name: '…with a note' }).waitFor())
  await hand.press(panel.getByRole('button', { name: '…with a note' }))
  await hand.fill(panel.getByLabel('Note'), 'Asked for more credit')
  await hand.press(panel.getByRole('button', { name: 'Acknowledge with this note' }))
  await hand.outside(() => becomes(async () => (await alertOf(p, id))?.ackNote).toBe('Asked for more credit'))
  // It is still so after a restart.
  await p.stop()
  await p.startGatewatch()
  await p.load('/alerts')
  await becomes(async () => (await alertOf(p, id))?.ackNote).toBe('Asked for more credit')
})

it('several alerts are acknowledged, selected or all, and that is undone', async () => {
  const p = await program({ world: `${WARNED}\nbatch spend platform-api to=86%\n` })
  const hand = new Hand(p)
  await firing(p, 'warning')
  await p.go('/alerts')
  const open = async () =>
    Object.values((await p.live()).alerts).filter(
      (alert) => alert.status === 'firing' && alert.severity !== 'info' && !alert.inhibitedBy,
    )
  const acked = async () => (await open()).filter((alert) => alert.acked).map((alert) => alert.ackNote)
  const main = p.page.getByRole('main')
  const form = p.page.getByRole('form', { name: 'Acknowledge several' })
  await becomes(async () => (await open()).length).toBeGreaterThan(1)
  await hand.press(main.getByRole('button', { name: 'Select', exact: true }))
  await hand.press(main.getByRole('checkbox', { name: 'Select' }).first())
  await hand.press(main.getByRole('button', { name: 'Acknowledge 1 selected…' }))
  await hand.press(form.getByRole('button', { name: 'Cancel' }))
  await hand.inView(() => form.waitFor({ state: 'hidden' }))
  await hand.press(main.getByRole('button', { name: 'Select', exact: true }))
  await hand.press(main.getByRole('checkbox', { name: 'Select' }).first())
  await hand.press(main.getByRole('button', { name: 'Acknowledge 1 selected…' }))
  await hand.fill(form.getByLabel('Note for 1 alert'), 'Known')
  await hand.press(form.getByRole('button', { name: 'Acknowledge these' }))
  await hand.outside(() => becomes(acked).toEqual(['Known']))
  const count = (await open()).length
  await hand.press(main.getByRole('button', { name: 'Acknowledge all…' }))
  await hand.press(form.getByRole('button', { name: 'Acknowledge these' }))
  await hand.outside(async () => {
    await becomes(async () => (await acked()).length).toBe(count)
  })
  // What was acknowledged before stays so.
  await hand.press(p.page.getByRole('button', { name: 'Undo' }).last())
  await hand.outside(() => becomes(acked).toEqual(['Known']))
})

it.each([
  ['15 min', 15],
  ['1 hour', 60],
  ['Until tomorrow 09:00', () => minutesUntilMorning()],
  ['Until it is resolved', 4e9],
  ['1 hour, also if it becomes critical', 60],
])('an alert is snoozed for %s, and that is ended', async (name, time) => {
  const minutes = typeof time === 'number' ? time : time()
  const p = await program({ world: WARNED })
  const hand = new Hand(p)
  const { id } = await firing(p, 'warning')
  await p.go(`/alerts/${encodeURIComponent(id)}`)
  const panel = p.page.getByRole('complementary')
  await hand.pick(panel.getByRole('button', { name: 'Snooze' }), name)
  await hand.outside(() =>
    becomes(async () =>
      Math.round(
        (Math.min((await alertOf(p, id))?.silencedUntil ?? 0, Date.now() + 4e9 * 60_000) - Date.now()) /
          60_000,
      ),
    ).toBe(minutes),
  )
  await hand.press(panel.getByRole('button', { name: 'End snooze' }))
  await hand.outside(() => becomes(async () => (await alertOf(p, id))?.silencedUntil).toBe(0))
})

it('keys acknowledge and snooze; the button of a bubble does too, and the bubble opens its alert', async () => {
  const p = await program({ world: WARNED })
  const { id } = await firing(p, 'warning')
  await becomes(async () => (await p.notices()).length).toBeGreaterThan(0)
  const notice = (await p.notices())[0]
  if (!notice) throw new Error('no notice')
  expect(notice.actions).toEqual(expect.arrayContaining(['default', 'acknowledge', 'snooze']))
  await p.pressNotice(notice.number, 'default')
  await becomes(() => p.page.evaluate(() => location.hash)).toContain('alerts')
  await p.go('/alerts')
  await p.page.getByRole('table', { name: 'Alerts' }).locator('[data-index="0"]').focus()
  await p.page.keyboard.press('s')
  await becomes(async () => (await alertOf(p, id))?.silencedUntil).toBeGreaterThan(Date.now())
})

it('the piles and the search show what they say', async () => {
  const p = await program({ world: WARNED })
  const hand = new Hand(p)
  const { id, title } = await firing(p, 'warning')
  await p.go('/alerts')
  const rows = p.page.getByRole('table', { name: 'Alerts' }).locator('[data-index]')
  const piles = p.page.getByRole('group', { name: 'Which alerts' })
  for (const pile of ['Acknowledged', 'Snoozed', 'Held back', 'Noted', 'Resolved', 'Open']) {
    await hand.press(piles.getByRole('button', { name: new RegExp(`^${pile}`) }))
    await hand.inView(() => p.page.getByRole('heading', { name: pile, exact: true }).waitFor())
  }
  await rows.filter({ hasText: title }).waitFor()
  await hand.fill(p.page.getByRole('searchbox', { name: 'Find an alert' }), 'nothing like it')
  await hand.inView(() => becomes(() => rows.count()).toBe(0))
  await p.page.getByRole('searchbox', { name: 'Find an alert' }).fill('')
  await hand.press(p.page.getByRole('region', { name: 'Last 24 hours' }).getByRole('button').first())
  await hand.inView(() => p.page.getByRole('complementary').waitFor())
  await hand.press(p.page.getByRole('complementary').getByRole('button', { name: 'Close details' }))
  await hand.inView(() => p.page.getByRole('complementary').waitFor({ state: 'hidden' }))
  // From an alert to the thing that it is about.
  await p.go(`/alerts/${encodeURIComponent(id)}`)
  await hand.press(p.page.getByRole('complementary').getByRole('link'))
  await hand.inView(() => becomes(() => p.page.evaluate(() => location.hash)).toContain('#/spend/'))
})

/** A key asks evenly, many times a second: a loop, which is unusual. */
const LOOPING = `${WORLD}
every 150ms..152ms chat keys=mobile-app models=bulk cost=0.03..0.031
`

it('what is unusual is called normal, ends for good, and that is taken back', async () => {
  const p = await program({ world: LOOPING })
  const hand = new Hand(p)
  const loop = async () =>
    Object.values((await p.live()).alerts).find((one) => one.rule === 'spend.loop' && one.endedAt === 0)
  await expect.poll(async () => (await loop())?.status, { timeout: 90_000, interval: 300 }).toBe('firing')
  const found = await loop()
  if (!found) throw new Error('it is gone again')
  await p.go(`/alerts/${encodeURIComponent(found.id)}`)
  const panel = p.page.getByRole('complementary')
  await hand.press(panel.getByRole('button', { name: 'This is normal' }))
  await hand.outside(async () => {
    await becomes(() =>
      p.settings().alerts?.normal?.map((one: { rule: string; entity: string }) => one.rule),
    ).toEqual(['spend.loop'])
    await becomes(async () => (await alertOf(p, found.id))?.status).toBe('resolved')
  })
  expect(p.settings().alerts.normal[0]).toMatchObject({ gateway: found.gateway, kind: 'key', entity: '3' })
  // It is so after a restart, and told again once that is taken back.
  await p.stop()
  await p.startGatewatch()
  await p.load('/alerts')
  await becomes(async () => Object.values((await p.live()).providers).length).toBeGreaterThan(0)
  expect((await loop())?.status).toBeUndefined()
  await hand.pick(
    p.page.getByRole('banner').getByRole('button', { name: /^(Mute notifications|Muted)/ }),
    'Mute in part, or plan maintenance…',
  )
  const normal = p.page.getByRole('dialog').getByRole('region', { name: 'Called normal' })
  await hand.press(normal.getByRole('button', { name: 'Undo' }))
  await hand.outside(async () => {
    await becomes(() => p.settings().alerts?.normal ?? []).toEqual([])
    await expect.poll(async () => (await loop())?.status, { timeout: 90_000, interval: 300 }).toBe('firing')
  })
})
