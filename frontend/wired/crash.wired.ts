import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'

it('a crash is offered, copied and deleted', async () => {
  const p = await program({
    world: null,
    files: {
      'logs/crash.txt': 'panic: a fault of this test\n',
      'logs/gatewatch.log': '{"msg":"the last line"}\n',
    },
  })
  const hand = new Hand(p)
  const file = join(dirname(p.settingsPath), 'logs', 'crash-report.txt')
  expect(existsSync(file)).toBe(true)
  await hand.press(p.page.getByRole('button', { name: 'Report…' }))
  await hand.inView(() => p.page.getByRole('dialog').waitFor())
  const dialog = p.page.getByRole('dialog', { name: 'Gatewatch ended unexpectedly' })
  await hand.press(dialog.getByRole('button', { name: 'Close', exact: true }).last())
  await hand.inView(() => dialog.waitFor({ state: 'hidden' }))
  await p.page.getByRole('button', { name: 'Report…' }).click()
  await hand.press(dialog.getByRole('button', { name: 'Copy report' }))
  await hand.outside(async () => {
    const copied = await p.page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toContain('panic: a fault of this test')
    expect(copied).toContain('the last line')
  })
  await hand.press(dialog.getByRole('button', { name: 'Delete report' }))
  await hand.outside(() => becomes(() => existsSync(file)).toBe(false))
  await becomes(() => p.page.getByRole('button', { name: 'Report…' }).count()).toBe(0)
})
