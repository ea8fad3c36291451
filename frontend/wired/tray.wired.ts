import { expect, it } from 'vitest'
import { becomes } from './operate'
import { type Program, program } from './program'
import { WORLD } from './worlds'

const WARNED = `${WORLD}
batch spend research-batch to=86%
`

/** What a reader sees in the tray's menu, without the indents of its submenus. */
const lines = async (p: Program) => (await p.tray()).lines.map((line) => line.trim())

const line = async (p: Program, like: RegExp) => {
  const find = async () => (await lines(p)).find((one) => like.test(one)) ?? ''
  await becomes(find).not.toBe('')
  return find()
}

it('each line of the menu opens what it names', async () => {
  const p = await program({ world: WARNED })
  const opens = async (like: RegExp, route: RegExp) => {
    await p.pressTray(await line(p, like))
    await becomes(() => decodeURIComponent(new URL(p.page.url()).hash)).toMatch(route)
  }
  await opens(/^Research \d+ % of \$10/, /^#\/spend\/group:.*\/2$/)
  await opens(/openai/, /^#\/providers\/.*\/1$/)
  const gateway = Object.keys((await p.live()).gateways)[0] ?? ''
  await p.page.evaluate(async (id) => {
    type Follow = (id: string, task: string, medium: string) => Promise<void>
    const { go } = window as unknown as { go: { app: { Gateways: { FollowTask: Follow } } } }
    await go.app.Gateways.FollowTask(id, 'task_one', 'video')
  }, gateway)
  await opens(/^video task_one — \d+ %/, /^#\/tasks\/.*task_one$/)
  await opens(/^Spend|^Spent/, /^#\/spend$/)
  await opens(/^Settings/, /^#\/settings$/)
  await opens(/^1 warning|^\d+ warnings/, /^#\/alerts$/)
  await opens(/^Open Gatewatch/, /^#\/alerts$/) // where it was
  const all = await lines(p)
  const at = (like: RegExp) => all.findIndex((one) => like.test(one))
  const order = [
    /warning/,
    /^Budgets$/,
    /^Providers$/,
    /^Tasks: 1 running/,
    /^Spen/,
    /^Mute$/,
    /^Acknowledge all \(\d+\)$/,
    /^Settings/,
    /^Quit/,
  ].map(at)
  expect(order).not.toContain(-1)
  expect(order).toEqual([...order].sort((a, b) => a - b))
})

it('everything is acknowledged from the menu, and quit ends the program', async () => {
  const p = await program({ world: WARNED })
  await line(p, /warning/)
  await p.pressTray(await line(p, /^Acknowledge all/))
  const open = async () =>
    Object.values((await p.live()).alerts).filter(
      (alert) =>
        alert.status === 'firing' && !alert.acked && alert.severity !== 'info' && alert.inhibitedBy === '',
    ).length
  await becomes(open).toBe(0)
  await becomes(async () => (await lines(p)).some((one) => one.startsWith('Acknowledge all'))).toBe(false)
  await p.pressTray(await line(p, /^Quit/))
  await becomes(() => p.running).toBe(false)
})
