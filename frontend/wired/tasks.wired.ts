import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { type Program, program } from './program'
import { WORLD } from './worlds'

/** One task runs on, one ends soon after somebody is there. */
const TASKS = `${WORLD}
wait client tasks
task video task_short run 14s model=chat-default
`

const tasks = async (p: Program) => Object.values((await p.live()).tasks)

it('a task is watched, told of when it is done, and taken off the list', async () => {
  const p = await program({ world: TASKS, settings: '[notifications]\ntasks = true\n' })
  const hand = new Hand(p)
  await p.connected('gateway')
  await p.go('/tasks')
  const label = (await p.live()).gateways.gateway?.label ?? ''
  const watch = async (id: string, kind: string) => {
    await hand.press(p.page.getByRole('button', { name: 'Watch a task…' }))
    const form = p.page.getByRole('dialog')
    await hand.fill(form.getByLabel('Task id'), id)
    await hand.choose(form.getByRole('combobox', { name: 'Gateway' }), label)
    await hand.choose(form.getByRole('combobox', { name: 'Kind' }), kind)
    await hand.press(form.getByRole('button', { name: 'Watch', exact: true }))
    await hand.outside(async () => {
      await becomes(async () => (await tasks(p)).map((task) => task.task)).toContain(id)
      expect(p.core.received.some((one) => one.path.includes(id))).toBe(true)
    })
  }
  await watch('task_short', 'Video')
  await watch('task_one', 'Find out')

  const panel = p.page.getByRole('complementary')
  const before = Date.now()
  await hand.press(panel.getByRole('button', { name: 'Ask for its state' }))
  await hand.outside(() => becomes(() => p.core.since(before, /task_one/).length).toBeGreaterThan(0))
  await hand.press(panel.getByRole('button', { name: 'Close details' }))
  await hand.inView(() => panel.waitFor({ state: 'hidden' }))
  const running = p.page.getByRole('table', { name: 'Running tasks' }).locator('[data-index]')
  await hand.press(running.filter({ hasText: 'task_one' }))
  await hand.inView(() => panel.waitFor())
  const copied = () => p.page.evaluate(() => navigator.clipboard.readText())
  await hand.press(panel.getByRole('button', { name: 'Copy the id of the task' }))
  await hand.outside(() => becomes(copied).toBe('task_one'))
  await panel.getByRole('button', { name: 'Close details' }).click()
  const asked = Date.now()
  await hand.press(running.filter({ hasText: 'task_one' }).getByRole('button', { name: 'Watch' }))
  await hand.outside(() => becomes(() => p.core.since(asked, /task_one/).length).toBeGreaterThan(0))
  await p.page.evaluate(() => navigator.clipboard.writeText(''))
  const row = running.filter({ hasText: 'task_one' })
  await hand.press(row.getByRole('button', { name: 'Copy the id of the task' }))
  await hand.outside(() => becomes(copied).toBe('task_one'))
  for (const [label, any] of [
    ['Key', 'Any key'],
    ['Model', 'Any model'],
  ] as const) {
    const field = p.page.getByRole('main').getByRole('combobox', { name: label })
    const names = await field.locator('option').allTextContents()
    for (const name of [...names.slice(1), any]) {
      await hand.choose(field, name)
      await hand.inView(() => becomes(() => field.locator('option:checked').textContent()).toBe(name))
    }
  }
  await p.go('/tasks/gateway%2Fnothing-like-it')
  await hand.press(panel.getByRole('button', { name: 'Close details' }))
  await hand.inView(() => panel.waitFor({ state: 'hidden' }))

  await expect
    .poll(async () => (await tasks(p)).find((task) => task.task === 'task_short')?.status, {
      timeout: 90_000,
    })
    .toBe('completed')
  await expect
    .poll(async () => (await p.notices()).map((notice) => notice.title).join(), { timeout: 60_000 })
    .toMatch(/task|video/i)

  for (const which of ['Video', 'Image', 'Batch', 'All']) {
    const button = p.page.getByRole('group', { name: 'Which tasks' }).getByRole('button', { name: which })
    await hand.press(button)
    await hand.inView(() => becomes(() => button.getAttribute('aria-pressed')).toBe('true'))
  }
  const finished = p.page.getByRole('table', { name: 'Finished tasks' })
  const result = finished.getByRole('button', { name: 'Open result' })
  if ((await result.count()) > 0) {
    await hand.press(result.first())
    await hand.outside(() => becomes(async () => (await p.window()).opened.length).toBe(1))
  }
  await hand.press(finished.locator('[data-index]').first())
  await hand.inView(() => panel.getByRole('button', { name: 'Take off the list' }).waitFor())
  const own = panel.getByRole('button', { name: 'Open result' })
  if ((await own.count()) > 0) {
    const opened = (await p.window()).opened.length
    await hand.press(own)
    await hand.outside(() => becomes(async () => (await p.window()).opened.length).toBe(opened + 1))
  }
  await hand.press(panel.getByRole('button', { name: 'Take off the list' }))
  await hand.outside(() =>
    becomes(async () => (await tasks(p)).map((task) => task.task)).not.toContain('task_short'),
  )
})

it('a task that the gateway does not have is refused where its id was typed, and not watched', async () => {
  const p = await program({ world: TASKS })
  const hand = new Hand(p)
  await p.connected('gateway')
  await p.go('/tasks')
  await p.page.getByRole('button', { name: 'Watch a task…' }).click()
  const form = p.page.getByRole('dialog')
  for (const id of ['  <b>x</b> ', 'task_gone']) {
    await form.getByLabel('Task id').fill(id)
    await hand.press(form.getByRole('button', { name: 'Watch', exact: true }))
    await form
      .getByText('The gateway knows no such task, which may be long over. It is not watched.')
      .waitFor()
  }
  expect(await p.page.getByText('Watching it.').count()).toBe(0)
  expect((await tasks(p)).map((task) => task.task)).not.toContain('task_gone')
})

it.each(['on their page', 'in the palette'])('finished tasks are cleared %s', async (where) => {
  const p = await program({
    world: `${WORLD}\nwait client tasks\ntask image task_picture run 2s key=platform-api\n`,
  })
  const hand = new Hand(p)
  await p.connected('gateway')
  await p.go('/tasks')
  await p.page.evaluate(async () => {
    type Watch = (id: string, task: string, medium: string) => Promise<void>
    const { go } = window as unknown as { go: { app: { Gateways: { FollowTask: Watch } } } }
    await go.app.Gateways.FollowTask('gateway', 'task_picture', 'image')
  })
  const over = async () => (await tasks(p)).filter((task) => task.finishedAt > 0).length
  await expect.poll(over, { timeout: 60_000 }).toBeGreaterThan(0)
  if (where === 'in the palette') {
    await p.page.keyboard.press('Control+k')
    await p.page.getByRole('textbox', { name: 'Search or do anything' }).fill('Clear finished')
    await hand.press(p.page.getByRole('button', { name: /^Clear finished tasks/ }))
  } else await hand.press(p.page.getByRole('button', { name: 'Clear finished' }))
  await hand.outside(() => becomes(over).toBe(0))
})
