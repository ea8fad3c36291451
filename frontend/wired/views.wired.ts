import type { Locator } from 'playwright-core'
import { it } from 'vitest'
import { becomes, Hand } from './operate'
import { type Program, program } from './program'
import { BUSY, WORLD } from './worlds'

/** The first page last: that one is open at the start. */
const PAGES = [
  'Alerts',
  'Incidents',
  'Spend',
  'Providers',
  'Tasks',
  'Changes',
  'Events',
  'Connections',
  'Settings',
  'Now',
] as const

const OUT_OF_REACH = `[[profiles]]
id = "prod"
label = "Prod"
connect = false
core_url = "http://127.0.0.1:1"
admin_url = "http://127.0.0.1:1"
`

const hash = (p: Program) => p.page.evaluate(() => location.hash)

it('the rail leads to every page', async () => {
  const p = await program()
  const hand = new Hand(p)
  const rail = p.page.getByRole('navigation', { name: 'Pages' })
  for (const name of PAGES) {
    await hand.press(rail.getByRole('link', { name: new RegExp(`^${name}`) }))
    await hand.inView(() => becomes(() => hash(p)).toBe(`#/${name.toLowerCase()}`))
  }
})

it('the gateway switch narrows what is shown, and leads to the connections', async () => {
  const p = await program()
  const hand = new Hand(p)
  await p.connected('gateway')
  const button = p.page.getByRole('banner').getByRole('button', { name: /^Gateway:/ })
  await hand.pick(button, /^127/)
  await hand.inView(() => becomes(() => button.getAttribute('aria-label')).toMatch(/^Gateway: 127/))
  await hand.pick(button, 'All gateways')
  await hand.inView(() => becomes(() => button.getAttribute('aria-label')).toBe('Gateway: All gateways'))
  await hand.pick(button, 'Connections…')
  await hand.inView(() => becomes(() => hash(p)).toBe('#/connections'))
  await p.go('/')
  await hand.press(p.page.getByRole('banner').getByRole('button', { name: 'Live' }))
  await hand.inView(() => becomes(() => hash(p)).toBe('#/connections'))
})

it('the first page leads to what it shows', async () => {
  const p = await program({ world: BUSY })
  const hand = new Hand(p)
  await becomes(async () => Object.values((await p.live()).alerts).length).toBeGreaterThan(1)
  const leads = async (region: string, to: string, role: 'button' | 'link') => {
    await p.go('/')
    const inside = p.page.getByRole('region', { name: region })
    await hand.press(inside.getByRole(role).last())
    await hand.inView(() => becomes(() => hash(p)).toContain(to))
  }
  await leads('Open alerts', '#/alerts/', 'button')
  await leads('Open alerts', '#/alerts', 'link')
  await leads('Providers', '#/providers/', 'button')
  await leads('Providers', '#/providers', 'link')
  await leads('Tightest budgets', '#/spend/', 'button')
  await leads('Tightest budgets', '#/spend', 'link')
  await leads('Providers', '#/providers', 'link')
  await leads('Running tasks', '#/tasks', 'link')
  await leads('Last changes', '#/changes', 'link')
  await p.go('/')
  await hand.press(p.page.getByRole('main').getByRole('link', { name: 'All alerts' }).first())
  await hand.inView(() => becomes(() => hash(p)).toBe('#/alerts'))
})

it('lists are narrowed, sorted and opened', async () => {
  const p = await program({ world: BUSY })
  const hand = new Hand(p)
  await p.connected('gateway')
  const panel = p.page.getByRole('complementary')
  const rows = (table: string) => p.page.getByRole('table', { name: table }).locator('[data-index]')

  const usual = p.page.viewportSize() ?? { width: 1280, height: 820 }
  await p.page.setViewportSize({ ...usual, width: 1440 }) // with all columns
  await p.go('/spend')
  await becomes(() => rows('Virtual keys').count()).toBe(3)
  for (const column of ['Key', 'Budget used', 'Key spent', 'Last hour', 'Last model', 'Age']) {
    await hand.press(
      p.page.getByRole('table', { name: 'Virtual keys' }).getByRole('button', { name: column, exact: true }),
    )
    await hand.inView(() => p.page.locator('[aria-sort]').first().waitFor())
  }
  for (const column of ['Key group', 'Used', 'Left', 'Keys', 'Last hour', 'Age']) {
    await hand.press(
      p.page
        .getByRole('table', { name: 'Prepaid balances' })
        .getByRole('button', { name: column, exact: true }),
    )
    await hand.inView(() => p.page.locator('[aria-sort]').first().waitFor())
  }
  await p.page.setViewportSize(usual)
  await hand.fill(p.page.getByRole('searchbox', { name: 'Find a key' }), 'mobile')
  await hand.inView(() => becomes(() => rows('Virtual keys').count()).toBe(1))
  await p.page.getByRole('searchbox').fill('')
  for (const which of ['Above a threshold', 'Without', 'With a limit', 'All']) {
    const button = p.page
      .getByRole('group', { name: 'Which keys' })
      .getByRole('button', { name: new RegExp(`^${which}`) })
    await hand.press(button)
    await hand.inView(() => becomes(() => button.getAttribute('aria-pressed')).toBe('true'))
  }
  await p.play('key delete mobile-app')
  const unclear = p.page
    .getByRole('group', { name: 'Which keys' })
    .getByRole('button', { name: /^Not known/ })
  await p.page.getByRole('button', { name: 'Read again now' }).click()
  await unclear.waitFor({ timeout: 70_000 })
  await hand.press(unclear)
  await hand.inView(() => becomes(() => rows('Virtual keys').count()).toBe(1))
  await hand.press(p.page.getByRole('group', { name: 'Which keys' }).getByRole('button', { name: 'All' }))
  await hand.press(rows('Virtual keys').first())
  await hand.inView(() => panel.waitFor())
  await hand.press(panel.getByRole('link').first())
  await hand.inView(() => becomes(() => hash(p)).toContain('group'))
  await hand.press(panel.getByRole('button', { name: /platform-api|research-batch|mobile-app/ }).first())
  await hand.inView(() => becomes(() => hash(p)).not.toContain('group'))
  await hand.press(panel.getByRole('button', { name: 'Close details' }))
  await hand.inView(() => panel.waitFor({ state: 'hidden' }))
  await hand.press(rows('Prepaid balances').first())
  await hand.inView(() => panel.waitFor())
  await hand.press(panel.getByRole('button', { name: 'Close details' }))
  await hand.inView(() => panel.waitFor({ state: 'hidden' }))

  await p.go('/providers')
  await hand.fill(p.page.getByRole('searchbox', { name: 'Find a provider or model' }), 'groq')
  await hand.inView(() => becomes(() => rows('Providers').count()).toBe(1))
  await p.page.getByRole('searchbox').fill('')
  for (const which of ['Not healthy', 'Healthy', 'All']) {
    const button = p.page
      .getByRole('group', { name: 'Which providers' })
      .getByRole('button', { name: new RegExp(`^${which}`) })
    await hand.press(button)
    await hand.inView(() => becomes(() => button.getAttribute('aria-pressed')).toBe('true'))
  }
  await hand.press(rows('Providers').filter({ hasText: 'groq' }))
  await hand.inView(() => panel.waitFor())
  await becomes(() => panel.getByRole('link').count()).toBeGreaterThan(0)
  await hand.press(panel.getByRole('link').first())
  await hand.inView(() => becomes(() => hash(p)).toContain('#/alerts/'))
  await p.page.goBack()
  await hand.press(panel.getByRole('button', { name: 'Close details' }))
  await hand.inView(() => panel.waitFor({ state: 'hidden' }))

  await p.go('/changes')
  await hand.fill(p.page.getByRole('searchbox', { name: 'Find a change' }), 'zzz')
  await hand.inView(() => becomes(() => p.page.getByText('zzz').count()).toBe(0))
  await p.page.getByRole('searchbox').fill('')
  for (const which of ['Keys', 'Mappings', 'Providers', 'Settings', 'Marks', 'All']) {
    const button = p.page
      .getByRole('group', { name: 'Which changes' })
      .getByRole('button', { name: new RegExp(`^${which}`) })
    await hand.press(button)
    await hand.inView(() => becomes(() => button.getAttribute('aria-pressed')).toBe('true'))
  }
})

it('what is new waits while somebody is in a list, and is shown when it is asked for', async () => {
  const p = await program({ world: BUSY })
  const hand = new Hand(p)
  await p.connected('gateway')
  const refresh = () =>
    p.page.evaluate(async () => {
      type Refresh = (id: string) => Promise<void>
      const { go } = window as unknown as { go: { app: { Gateways: { Refresh: Refresh } } } }
      await go.app.Gateways.Refresh('gateway')
    })
  /** Stands with the pointer in a list, lets something happen, and asks for it by the keyboard. */
  const waits = async (route: string, table: string, happens: () => Promise<unknown>, atEnd = false) => {
    await p.go(route)
    const list = p.page.getByRole('table', { name: table })
    const height = (await list.boundingBox())?.height ?? 0
    await list.hover({ position: { x: 150, y: atEnd ? height - 4 : 12 } })
    await happens()
    const pill = p.page.getByRole('main').getByRole('button', { name: /^\d+ new$/ })
    await pill.waitFor({ timeout: 90_000 })
    const first = list.locator('[data-index="0"]')
    const held = (await first.count()) > 0 ? await first.textContent() : ''
    await hand.toggle(pill)
    // Where more comes all the time the button is there again at once.
    await hand.inView(() =>
      becomes(async () => (await pill.count()) === 0 || (await first.textContent()) !== held).toBe(true),
    )
  }
  const changes = p.page.getByRole('table', { name: 'Changes' }).locator('[data-index]')
  const marked = () => changes.filter({ hasText: /web 1/ }).count()
  await p.run('mark', 'web 1.4')
  await p.go('/changes')
  await becomes(marked).toBe(1)
  await waits('/changes', 'Changes', () => p.run('mark', 'web 1.5'))
  await becomes(marked).toBe(2)
  const panel = p.page.getByRole('complementary')
  await hand.press(changes.filter({ hasText: 'web 1.5' }))
  await hand.inView(() => panel.getByText('web 1.5').first().waitFor())
  await hand.press(panel.getByRole('button', { name: 'Close details' }))
  await hand.inView(() => panel.waitFor({ state: 'hidden' }))

  await waits('/events', 'Events', async () => {}) // it spends all the time
  const booked = async () => {
    await p.play('batch spend research-batch 0.01', 'flush')
    await refresh()
  }
  await waits('/spend', 'Recent transactions', booked, true) // what is above it grows
  const created = async () => {
    await p.play('key create 9 late-key group=Platform')
    await refresh()
  }
  await waits('/spend', 'Virtual keys', created, true)
  await waits('/tasks', 'Running tasks', () =>
    p.page.evaluate(async () => {
      type Watch = (id: string, task: string, medium: string) => Promise<void>
      const { go } = window as unknown as { go: { app: { Gateways: { FollowTask: Watch } } } }
      await go.app.Gateways.FollowTask('gateway', 'task_one', 'video')
    }),
  )
  const fires = async () => Object.values((await p.live()).alerts).some((one) => one.status === 'firing')
  await becomes(fires).toBe(true)
  const another = async () => {
    await p.play('batch spend platform-api to=86%')
    await refresh()
  }
  await waits('/alerts', 'Alerts', another, true) // the lanes above push it down
})

it('events are asked of the history as they are narrowed', async () => {
  const p = await program({ world: BUSY })
  const hand = new Hand(p)
  const asked: string[] = []
  p.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => asked.push(String(payload))))
  await p.load('/events')
  await p.page.reload()
  const queries = () =>
    asked
      .map((text) => JSON.parse(text))
      .filter((call) => call.method === 'Events')
      .map((call) => call.args[0])
  await becomes(() => queries().length).toBeGreaterThan(0)
  await hand.fill(p.page.getByRole('searchbox', { name: 'Find in events' }), 'platform')
  await hand.outside(() => becomes(() => queries().at(-1)?.text).toBe('platform'))
  await p.page.getByRole('searchbox').fill('')
  const severities = p.page.getByRole('group', { name: 'Severity' })
  await hand.press(severities.getByRole('button', { name: /and up/ }))
  await hand.outside(() => becomes(() => queries().at(-1)?.severities).toEqual(['warning', 'critical']))
  await hand.press(severities.getByRole('button', { name: /only/ }))
  await hand.outside(() => becomes(() => queries().at(-1)?.severities).toEqual(['critical']))
  await hand.press(severities.getByRole('button', { name: 'Any' }))
  await hand.inView(() =>
    becomes(() => severities.getByRole('button', { name: 'Any' }).getAttribute('aria-pressed')).toBe('true'),
  )
  for (const kind of ['Spend', 'Providers', 'Tasks', 'Changes', 'Connections', 'Unrecognised']) {
    await hand.press(p.page.getByRole('group', { name: 'Kind' }).getByRole('button', { name: kind }))
    await hand.outside(() => becomes(() => queries().at(-1)?.kinds?.length).toBeGreaterThan(0))
  }
  await hand.press(p.page.getByRole('group', { name: 'Kind' }).getByRole('button', { name: 'All' }))
  await hand.inView(async () => {})
})

it('the palette goes to pages, and does what its lines say', async () => {
  const p = await program()
  const hand = new Hand(p)
  await p.connected('gateway')
  await hand.press(p.page.getByRole('banner').getByRole('button', { name: /^Search or do anything/ }))
  const field = p.page.getByRole('textbox', { name: 'Search or do anything' })
  await hand.fill(field, 'Mute')
  await hand.press(p.page.getByRole('button', { name: 'Mute notifications for 1 hour' }))
  await hand.outside(() =>
    becomes(async () => (await p.live()).app.mute?.at ?? 0).toBeGreaterThan(Date.now()),
  )
  const run = async (line: string, effect: () => Promise<void>) => {
    await p.page.keyboard.press('Control+k')
    await field.fill(line)
    await hand.press(p.page.getByRole('button', { name: line }).first())
    await hand.outside(effect)
  }
  await run('Unmute notifications', () => becomes(async () => (await p.live()).app.mute).toBeUndefined())
  const before = Date.now()
  await run('Reconnect 127', () =>
    becomes(() => p.core.since(before).filter((one) => one.socket).length).toBeGreaterThan(0),
  )
  for (const name of PAGES) {
    await p.page.keyboard.press('Control+k')
    await field.fill(name)
    await hand.press(p.page.getByRole('button').filter({ hasText: new RegExp(`^${name}\\s*Page$`) }))
    await hand.inView(() => becomes(() => hash(p)).toBe(`#/${name.toLowerCase()}`))
  }
  await run('Dark appearance', () =>
    becomes(() =>
      p.page.evaluate(() => document.documentElement.getAttribute('data-mantine-color-scheme')),
    ).toBe('dark'),
  )
})

it('what is drawn as a chart is shown as a table', async () => {
  const p = await program()
  const hand = new Hand(p)
  await p.connected('gateway')
  const turn = async (within: Locator) => {
    for (const [name, other] of [
      ['Table', 'Chart'],
      ['Chart', 'Table'],
    ] as const) {
      await hand.press(within.getByRole('button', { name, exact: true }))
      await hand.inView(() => within.getByRole('button', { name: other, exact: true }).waitFor())
    }
  }
  await turn(p.page.getByRole('region', { name: 'Spend per minute' }))
  await p.go('/spend')
  await p.page
    .getByRole('table', { name: 'Virtual keys' })
    .locator('[data-index]', { hasText: 'platform-api' })
    .click()
  await turn(p.page.getByRole('complementary'))
})

it('where nothing of a gateway is known yet, the first page leads to its providers all the same', async () => {
  const p = await program({ world: null, watched: false, settings: OUT_OF_REACH })
  const hand = new Hand(p)
  await hand.press(p.page.getByRole('link', { name: 'All providers' }))
  await hand.inView(() => becomes(() => hash(p)).toBe('#/providers'))
})

it('the keys of a gateway that are not stored here are listed, all of them when asked, and open', async () => {
  const many = Array.from({ length: 14 }, (_, i) => `have key ${i + 10} other-${i} group=Platform\n`)
  const p = await program({ world: `${WORLD}${many.join('')}`, watched: false })
  const hand = new Hand(p)
  await p.add()
  await p.go('/connections')
  const section = p.page.getByRole('region', { name: 'Other virtual keys of Prod' })
  const rows = section.locator('[data-index]')
  const few = await rows.count()
  await hand.press(section.getByRole('button', { name: /^Show all/ }))
  await hand.inView(() => becomes(() => rows.count()).toBeGreaterThan(few))
  await hand.press(section.getByRole('button', { name: /^Show .* only/ }))
  await hand.inView(() => becomes(() => rows.count()).toBe(few))
  await hand.fill(section.getByRole('searchbox', { name: 'Find a key' }), 'other-13')
  await hand.inView(() => becomes(() => rows.count()).toBe(1))
  await hand.press(rows.first())
  await hand.inView(() => becomes(() => hash(p)).toContain('#/spend/'))
})

it('nothing is seen above the head of a table that scrolls, and notices lie below dialogs and menus', async () => {
  const p = await program({ world: BUSY })
  await becomes(async () => Object.values((await p.live()).keys).length).toBeGreaterThan(2)
  await p.go('/spend')
  await p.page.setViewportSize({ width: 1280, height: 360 })
  const seen = () =>
    p.page.evaluate(() => {
      const content = document.querySelector<HTMLElement>('[aria-label="Page content"]')
      const head = content?.querySelector<HTMLElement>('[role="table"] [class*="stuck"], [class*="stuck"]')
      const table = head?.closest<HTMLElement>('[role="table"], [role="grid"]') ?? head?.parentElement
      if (!content || !head || !table) return 'no table'
      const edge = content.getBoundingClientRect().top
      content.scrollTop += table.getBoundingClientRect().top + 60 - edge
      return Math.round(head.getBoundingClientRect().top - edge)
    })
  await becomes(seen).toBe(0)
  const order = await p.page.evaluate(() =>
    Number(getComputedStyle(document.querySelector('.mantine-Notifications-root') ?? document.body).zIndex),
  )
  if (!(order > 0 && order < 200)) throw new Error(`notices are at ${order}, dialogs at 200, menus at 300`)
})
