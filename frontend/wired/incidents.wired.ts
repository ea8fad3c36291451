import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { type Program, program } from './program'
import { WORLD } from './worlds'

/** A budget is nearly used up from the start: one warning that stays. */
const WARNED = `${WORLD}
batch spend research-batch to=86%
`

const hash = (p: Program) => p.page.evaluate(() => decodeURIComponent(location.hash))

async function firing(p: Program, severity = 'warning') {
  const find = async () =>
    Object.values((await p.live()).alerts).find(
      (alert) => alert.status === 'firing' && alert.severity === severity && alert.category === 'spend',
    )
  await expect.poll(find, { timeout: 60_000, interval: 300 }).toBeTruthy()
  const found = await find()
  if (!found) throw new Error('it is gone again')
  return found
}

/** The file that was saved last, under whatever name. */
const saved = (p: Program, ending: string) => {
  const name = readdirSync(p.saves).find((one) => one.endsWith(ending))
  return name ? readFileSync(join(p.saves, name), 'utf8') : ''
}

it('an incident is found in the history, read, and leads to what it is about', async () => {
  const p = await program({ world: WARNED })
  const hand = new Hand(p)
  const { id, title } = await firing(p)
  await p.go('/alerts')
  await hand.press(p.page.getByRole('button', { name: 'Older incidents' }))
  await hand.inView(() => becomes(() => hash(p)).toBe('#/incidents'))

  const rows = p.page.getByRole('table', { name: 'Incidents' }).locator('[data-index]')
  await becomes(() => rows.filter({ hasText: title }).count()).toBe(1)
  const which = p.page.getByRole('group', { name: 'Which incidents' })
  for (const name of ['Open', 'All']) {
    await hand.press(which.getByRole('button', { name }))
    await hand.inView(() => becomes(() => rows.filter({ hasText: title }).count()).toBe(1))
  }
  const time = p.page.getByRole('group', { name: 'Which time' })
  for (const name of ['24 h', '7 days', '30 days', 'All', 'Dates']) {
    await hand.press(time.getByRole('button', { name }))
    await hand.inView(() => becomes(() => rows.filter({ hasText: title }).count()).toBe(1))
  }
  await hand.fill(p.page.getByLabel('To'), '2020-01-31')
  await hand.inView(() => p.page.getByText('No incident fits.').waitFor())
  await p.page.getByLabel('To').fill('')
  await hand.fill(p.page.getByLabel('From'), '2020-01-01')
  await hand.inView(() => becomes(() => rows.filter({ hasText: title }).count()).toBe(1))
  const search = p.page.getByRole('searchbox', { name: 'Find an incident' })
  await hand.fill(search, 'nothing like it')
  await hand.inView(() => p.page.getByText('No incident fits.').waitFor())
  await search.fill('has used')
  await hand.press(rows.filter({ hasText: title }))
  await hand.inView(() => becomes(() => hash(p)).toMatch(new RegExp(`^#/incidents/${id}\\.`)))

  const steps = p.page.getByRole('group', { name: 'Which steps' })
  for (const [name, seen] of [
    ['What happened', 'Began'],
    ['Told or not', 'You were told'],
    ['All', 'Began'],
  ] as const) {
    await hand.press(steps.getByRole('button', { name }))
    await hand.inView(() =>
      p.page.getByRole('region', { name: 'Time line' }).getByText(seen).first().waitFor(),
    )
  }
  const chart = p.page.getByRole('button', { name: 'Table' })
  await hand.press(chart)
  await hand.press(p.page.getByRole('button', { name: 'Chart' }))
  await hand.inView(() => chart.waitFor())

  const main = p.page.getByRole('main')
  const alert = main.getByRole('listitem').filter({ hasText: title }) // the severest of one title comes first
  const leads = async (of: Locator, name: RegExp, to: RegExp) => {
    await p.go(`/incidents/${id}`)
    await hand.press(of.getByRole('button', { name }).first())
    await hand.inView(() => becomes(() => hash(p)).toMatch(to))
  }
  await leads(alert, /^Open the alert$/, new RegExp(`^#/alerts/${id}$`))
  await leads(alert, /^Open what it is about$/, /^#\/spend\/group:.*\/2$/)
  await leads(main, /^Open in Events$/, /^#\/events\//)
  await leads(main, /^All incidents$/, /^#\/incidents$/)
  await p.go('/alerts/no-such-alert')
  await hand.press(p.page.getByRole('complementary').getByRole('button', { name: 'Look in the history' }))
  await hand.inView(() => p.page.getByText('This incident is not known.').waitFor())
})

it('an incident is written into a file in every form, without names and amounts on wish', async () => {
  const p = await program({ world: WARNED })
  const hand = new Hand(p)
  const { id } = await firing(p)
  const write = async (format: string) => {
    const form = p.page.getByRole('dialog')
    await hand.press(form.getByRole('button', { name: format }))
    await hand.press(form.getByRole('button', { name: 'Save as…' }))
    await form.waitFor({ state: 'hidden' })
  }
  const open = () => hand.press(p.page.getByRole('button', { name: 'Export…' }))
  await p.go(`/alerts/${id}`)
  await open()
  await write('Markdown')
  await hand.outside(() => becomes(() => saved(p, '.md')).toMatch(/^# Research has used/))
  await hand.press(p.page.getByRole('complementary').getByRole('button', { name: 'Whole story' }))
  await hand.inView(() => becomes(() => hash(p)).toBe(`#/incidents/${id}`))
  await open()
  await write('HTML')
  await hand.outside(() => becomes(() => saved(p, '.html')).toMatch(/<h1>Research has used/))
  await open()
  const form = p.page.getByRole('dialog')
  await hand.press(form.getByRole('checkbox', { name: 'Hide names of keys and people' }))
  await hand.press(form.getByRole('checkbox', { name: 'Hide amounts of money' }))
  await write('JSON')
  await hand.outside(async () => {
    await becomes(() => saved(p, '.json')).toMatch(/has used/)
    expect(JSON.parse(saved(p, '.json')).lines.length).toBeGreaterThan(1)
    expect(saved(p, '.json')).not.toMatch(/Research|research-batch|\$\d/)
  })
  await open()
  await write('CSV')
  await hand.outside(() => becomes(() => saved(p, '.csv')).toMatch(/^seq,at,type/))
})

it('what happens in front of somebody is said in the window, and no bubble comes for it', async () => {
  const p = await program({ world: WARNED })
  const hand = new Hand(p)
  await p.front(true)
  const reads = async (about: string) => {
    const notice = p.page.getByRole('alert').filter({ hasText: `${about} has used` })
    await hand.press(notice.getByRole('button', { name: 'Open the alert' }))
    await hand.inView(() => becomes(() => hash(p)).toMatch(/^#\/alerts\/./))
    await notice.waitFor({ state: 'hidden' })
    const id = (await hash(p)).replace('#/alerts/', '')
    expect((await p.live()).alerts[id]).toMatchObject({ notifyReason: 'held: the window is in front' })
  }
  await reads('Research')
  // On the page of alerts, too.
  await p.go('/alerts')
  await p.play('batch spend platform-api to=86%')
  await reads('Platform')
  expect((await p.notices()).filter((one) => one.title.includes('has used'))).toEqual([])
})

it('what is critical comes as a bubble, whatever is in front', async () => {
  const p = await program({ world: `${WORLD}\nbatch spend research-batch to=93%\n` })
  await p.front(true)
  await firing(p, 'critical')
  await becomes(async () => (await p.notices()).map((one) => one.urgency)).toContain(2)
})

it('a bubble of several opens those', async () => {
  const p = await program({
    world: `${WORLD}\nbatch spend research-batch to=86%\nbatch spend platform-api to=81%\n`,
  })
  const hand = new Hand(p)
  const several = async () => (await p.notices()).find((one) => /^2 /.test(one.title))
  await becomes(several).toBeTruthy()
  await p.pressNotice((await several())?.number ?? 0, 'default')
  await becomes(() => hash(p)).toMatch(/^#\/alerts\/group:gateway\|spend$/)
  await becomes(() => p.page.getByRole('table', { name: 'Alerts' }).locator('[data-index]').count()).toBe(2)
  await hand.press(p.page.getByRole('button', { name: /^Only spend alerts of one notice/ }))
  await hand.inView(() => becomes(() => hash(p)).toBe('#/alerts'))
})

it('links open keys, providers and incidents', async () => {
  const p = await program({ watched: true })
  for (const [link, route] of [
    ['gatewatch://key/gateway/2', '#/spend/gateway/2'],
    ['gatewatch://provider/gateway/1', '#/providers/gateway/1'],
    ['gatewatch://incident/70ae', '#/incidents/70ae'],
  ] as const) {
    await p.stop()
    await p.startGatewatch([link])
    await p.load()
    await becomes(() => hash(p)).toBe(route)
  }
  // A mark by a link asks first: nothing is set before somebody says yes.
  const hand = new Hand(p)
  const marks = async () =>
    Object.values((await p.live()).changes)
      .filter((change) => change.entity === 'mark')
      .map((change) => change.name)
  const asked = p.page.getByRole('complementary', { name: 'Mark' })
  await p.stop()
  await p.startGatewatch(['gatewatch://mark/deploy%20web%201.4?gateway=gateway'])
  await p.load()
  await asked.getByText('deploy web 1.4').waitFor()
  expect(await marks()).toEqual([])
  await hand.press(asked.getByRole('button', { name: 'Leave it' }))
  await hand.inView(() => asked.waitFor({ state: 'hidden' }))
  expect(await marks()).toEqual([])
  const again = `/changes/${encodeURIComponent('mark:gateway:deploy web 1.4')}`
  await p.go(again)
  await hand.press(asked.getByRole('button', { name: 'Close details' }))
  await hand.outside(async () => {
    await asked.waitFor({ state: 'hidden' })
    expect(await marks()).toEqual([])
  })
  await p.go(again)
  await hand.press(asked.getByRole('button', { name: 'Set the mark' }))
  await hand.outside(() => becomes(marks).toEqual(['deploy web 1.4']))
})

it('a mark is set on the page of changes, now and at an earlier time, of all gateways and of one', async () => {
  const p = await program({ watched: true })
  const hand = new Hand(p)
  const marks = async () => Object.values((await p.live()).changes).filter((one) => one.entity === 'mark')
  await p.go('/changes')
  const open = p.page.getByRole('button', { name: 'Set a mark…' })
  const form = p.page.getByRole('form', { name: 'Set a mark' })
  await hand.press(open)
  await hand.fill(form.getByLabel('What was done'), 'Deployed web 1.4')
  await hand.press(form.getByRole('button', { name: 'Set the mark' }))
  await hand.outside(async () => {
    await becomes(async () => (await marks()).map((one) => one.name)).toEqual(['Deployed web 1.4'])
    const [mark] = await marks()
    expect(mark?.gateway).toBe('')
    expect(Math.abs((mark?.at ?? 0) - Date.now())).toBeLessThan(60_000)
  })
  await form.waitFor({ state: 'hidden' })
  await p.page.getByRole('table', { name: 'Changes' }).getByText('Deployed web 1.4').waitFor()

  await hand.press(open)
  await hand.fill(form.getByLabel('What was done'), 'Agent 2.3')
  await hand.fill(form.getByLabel('When'), '2001-01-01 10:00')
  const label = (await p.live()).gateways.gateway?.label ?? ''
  await hand.choose(form.getByRole('combobox', { name: 'Gateway' }), label)
  await hand.press(form.getByRole('button', { name: 'Set the mark' }))
  await form.getByText('A mark cannot be set more than 30 days ago.').waitFor()
  const earlier = new Date(Date.now() - 90 * 60_000)
  await hand.fill(form.getByLabel('When'), earlier.toTimeString().slice(0, 5))
  await hand.press(form.getByRole('button', { name: 'Set the mark' }))
  await hand.outside(async () => {
    await becomes(async () => (await marks()).length).toBe(2)
    const mark = (await marks()).find((one) => one.name === 'Agent 2.3')
    expect(mark?.gateway).toBe('gateway')
    expect(mark?.at).toBe(earlier.setSeconds(0, 0))
  })
  // They are kept.
  await p.stop()
  await p.startGatewatch()
  await p.load()
  await becomes(async () => (await marks()).map((one) => one.name).sort()).toEqual([
    'Agent 2.3',
    'Deployed web 1.4',
  ])
})
