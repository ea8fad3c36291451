import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { type Program, program } from './program'
import { WORLD } from './worlds'

const bar = (p: Program) => p.page.getByRole('region', { name: 'Replay' })

/** What the bar says of the time. */
const time = (p: Program) => bar(p).locator('[data-fact="replay.at"]').textContent()

/** What is kept of the past has reached the history: the page asks as it does itself. */
async function kept(p: Program): Promise<void> {
  await becomes(() =>
    p.page.evaluate(async () => {
      type Moment = { known: boolean; tray: { headline: string } }
      type Replay = {
        Start(): Promise<unknown>
        Moment(at: number, have: number): Promise<Moment>
        End(): Promise<void>
      }
      const { go } = window as unknown as { go: { app: { Replay: Replay } } }
      await go.app.Replay.Start()
      const moment = await go.app.Replay.Moment(Date.now() - 6000, 0)
      await go.app.Replay.End()
      return moment.known
    }),
  ).toBe(true)
}

const told = async (p: Program) => (await p.notices()).length

it('the past is shown, passes and is dragged; nothing is told or changed; and it is live again', async () => {
  const p = await program({ world: WORLD })
  const hand = new Hand(p)
  await p.connected('gateway')
  await kept(p)
  await p.page.waitForTimeout(8000) // some past to pass
  const before = await told(p)

  // From the palette: an hour ago, of which nothing is kept.
  await p.page.keyboard.press('Control+k')
  await p.page.getByRole('textbox', { name: 'Search or do anything' }).fill('replay')
  await hand.press(p.page.getByRole('button', { name: /Replay the last hour/ }).first())
  await hand.inView(() => p.page.getByText('Nothing is kept of this time.').waitFor())
  expect(await bar(p).textContent()).toContain('Not live')
  await hand.press(p.page.getByRole('main').getByRole('button', { name: /^Go to/ }))
  await hand.inView(() => becomes(() => p.page.getByText('Nothing is kept of this time.').count()).toBe(0))
  const beginning = await time(p)

  // It passes, sixty times as fast: the end is reached, and the clock of the page with it.
  await hand.choose(bar(p).getByLabel('Speed'), '60×')
  await hand.press(bar(p).getByRole('button', { name: 'Play' }))
  await hand.inView(() => becomes(() => time(p)).not.toBe(beginning))
  await bar(p).getByRole('button', { name: 'Play' }).waitFor() // it stops at the end by itself
  await hand.choose(bar(p).getByLabel('Speed'), '1×')
  const slider = bar(p).getByRole('slider', { name: 'Replayed time' })
  const span = {
    min: Number(await slider.getAttribute('min')),
    max: Number(await slider.getAttribute('max')),
  }
  expect(span.max - span.min).toBeLessThan(24 * 3_600_000) // no further than anything is kept or was looked for
  // A click in its middle: far enough from the end that it is not reached.
  await hand.press(slider)
  await hand.inView(() =>
    becomes(async () => Number(await slider.inputValue())).toBeLessThan(span.max - 600_000),
  )
  await hand.press(bar(p).getByRole('button', { name: 'Play' }))
  await hand.press(bar(p).getByRole('button', { name: 'Pause' }))
  await hand.inView(() => bar(p).getByRole('button', { name: 'Play' }).waitFor())

  // Dragging: as many pictures as the page asks for; the newest one stands.
  const box = await slider.boundingBox()
  if (!box) throw new Error('the slider has no place')
  await p.page.mouse.move(box.x + box.width - 2, box.y + box.height / 2)
  await p.page.mouse.down()
  for (let i = 0; i < 40; i++) {
    await p.page.mouse.move(box.x + box.width * (1 - i / 40), box.y + box.height / 2)
    await p.page.waitForTimeout(20)
  }
  await p.page.mouse.up()
  await becomes(() => p.page.getByText('Nothing is kept of this time.').count()).toBe(1)
  await slider.fill(String(span.max - 7000))
  await p.page.getByRole('heading', { name: 'Now' }).or(p.page.locator('main h1')).first().waitFor()

  // What the tray said.
  await hand.press(bar(p).getByRole('button', { name: 'Tray' }))
  await hand.inView(() => bar(p).getByRole('list', { name: 'What the tray said' }).waitFor())

  // Nothing can be changed: neither by controls, which say why, nor past them.
  await p.go('/tasks')
  expect(await p.page.getByRole('button', { name: 'Watch a task…' }).isDisabled()).toBe(true)
  expect(await p.page.getByRole('button', { name: 'Clear finished' }).getAttribute('title')).toMatch(
    /^Nothing can be changed/,
  )
  expect(await p.page.getByRole('button', { name: /^Mute/ }).first().isDisabled()).toBe(true)
  await p.go('/changes')
  expect(await p.page.getByRole('button', { name: 'Set a mark…' }).getAttribute('title')).toMatch(
    /^Nothing can be changed/,
  )
  await p.go('/connections')
  expect(await p.page.getByRole('button', { name: 'Add gateway' }).isDisabled()).toBe(true)
  // What is disabled looks so.
  const cursor = (name: string) =>
    p.page
      .getByRole('button', { name })
      .first()
      .evaluate((element) => getComputedStyle(element).cursor)
  expect(await cursor('Disconnect')).toBe('default')
  expect(await cursor('Back to live')).toBe('pointer')
  const refused = await p.page.evaluate(async () => {
    type Do = () => Promise<void>
    const { go } = window as unknown as { go: { app: { Alerts: { ExpireSilenceAll: Do } } } }
    return go.app.Alerts.ExpireSilenceAll().then(
      () => '',
      (thrown: unknown) => JSON.stringify(thrown),
    )
  })
  expect(refused).toContain('Nothing can be changed while the past is shown')
  expect(await told(p)).toBe(before)

  // What becomes critical meanwhile is told, and said in the bar.
  await p.play('batch spend research-batch to=97%')
  const now = bar(p).getByRole('button', { name: /^Now:/ })
  await now.waitFor({ timeout: 90_000 })
  await becomes(() => told(p)).toBeGreaterThan(before)
  await hand.press(now)
  await hand.inView(() => becomes(() => bar(p).count()).toBe(0))
  await becomes(() => decodeURIComponent(new URL(p.page.url()).hash)).toMatch(/^#\/alerts/)

  // From an incident, and back.
  const alert = Object.values((await p.live()).alerts).find((one) => one.severity === 'critical')
  const asked: { method: string; args: unknown[] }[] = []
  p.page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => asked.push(JSON.parse(String(payload)))),
  )
  await p.load(`/incidents/${alert?.id ?? ''}`)
  await p.page.reload()
  await hand.press(p.page.getByRole('main').getByRole('button', { name: 'Replay' }))
  await hand.inView(() => bar(p).waitFor())
  await hand.fill(bar(p).getByLabel('Go to a time'), '2020-01-01T10:00')
  await hand.inView(() => p.page.getByText('Nothing is kept of this time.').waitFor())
  // To the nearest time of which something is kept: the history is asked for it, and knows it.
  asked.length = 0
  await hand.press(p.page.getByRole('main').getByRole('button', { name: /^Go to/ }))
  await hand.outside(async () => {
    const at = () => asked.filter((call) => call.method === 'Moment').map((call) => Number(call.args[0]))
    await becomes(() => at().some((one) => one > Date.now() - 3_600_000)).toBe(true)
    await becomes(() => p.page.getByText('Nothing is kept of this time.').count()).toBe(0)
  })
  await hand.press(bar(p).getByRole('button', { name: 'Back to live' }))
  await hand.inView(() => becomes(() => bar(p).count()).toBe(0))
  await p.page.getByRole('main').getByRole('button', { name: 'Replay' }).waitFor()
}, 900_000)
