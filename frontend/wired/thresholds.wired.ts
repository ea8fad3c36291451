import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { type Program, program } from './program'
import { WORLD } from './worlds'

/** The grave alerts about budgets, as "severity title's first word". */
const told = async (p: Program) =>
  Object.values((await p.live()).alerts)
    .filter((alert) => alert.rule === 'budget.used' && alert.status === 'firing' && alert.severity !== 'info')
    .map((alert) => `${alert.severity} ${alert.entityKind}`)

it('a gateway, a group and a key have thresholds of their own, and what has none inherits', async () => {
  const world = `${WORLD.replace('credit=10 spent=3', 'credit=10 spent=6.4')}\n`
  const p = await program({ world, watched: false })
  const hand = new Hand(p)
  await p.add()
  const group = Object.values((await p.live()).groups).find((one) => one.name === 'Research')
  expect(group?.usedRatio).toBeGreaterThan(0.6)
  expect(await told(p)).toEqual([])

  const shown = (name: string) => p.page.getByRole('group', { name: `Thresholds of ${name}`, exact: true })
  const change = async (name: string, warning: string, critical: string) => {
    await hand.press(shown(name).getByRole('button', { name: 'Change the thresholds' }))
    await hand.fill(shown(name).getByLabel('Warning at'), warning)
    await hand.fill(shown(name).getByLabel('Critical at'), critical)
    await hand.press(shown(name).getByRole('button', { name: 'Save' }))
  }

  // The gateway's, for all below it.
  await p.go('/connections')
  await hand.press(shown('Prod').getByRole('button', { name: 'Change the thresholds' }))
  await hand.press(shown('Prod').getByRole('button', { name: 'Cancel' }))
  await hand.inView(() => shown('Prod').getByText('inherited from the settings').first().waitFor())
  await change('Prod', '50', '80')
  await hand.outside(async () => {
    await becomes(() => p.settings().profiles[0].thresholds).toEqual({ warning: 0.5, critical: 0.8 })
    await becomes(() => told(p)).toContain('warning group')
  })

  // The group's, one of the two: the other is the gateway's.
  await p.go(`/spend/group:${encodeURIComponent(group?.id ?? '')}`)
  await shown('Research').getByText('inherited from its gateway').first().waitFor()
  const leave = async (name: string) => {
    await hand.press(shown(name).getByRole('button', { name: 'Change the thresholds' }))
    await hand.press(shown(name).getByRole('button', { name: 'Cancel' }))
    await hand.inView(() => shown(name).getByLabel('Warning at').waitFor({ state: 'hidden' }))
  }
  await leave('Research')
  await change('Research', '', '60')
  await hand.outside(async () => {
    await becomes(() => p.settings().profiles[0].groups?.[group?.group ?? '']).toEqual({ critical: 0.6 })
    await becomes(() => told(p)).toContain('critical group')
  })
  await shown('Research').getByText('its own').waitFor()
  // Bars and counts of the page use them, too.
  await p.page
    .getByText(/1 critical/)
    .first()
    .waitFor()

  // A key's.
  const key = Object.values((await p.live()).keys).find((one) => one.name === 'research-batch')
  await p.go(`/spend/${encodeURIComponent(key?.id ?? '')}`)
  await shown('research-batch').getByText('inherited from its group').waitFor()
  // It has no limit of its own: what thresholds of its own do is said.
  await p.page.getByText('It has no limit of its own: the thresholds of its group Research decide').waitFor()
  await leave('research-batch')
  await hand.press(shown('research-batch').getByRole('button', { name: 'Change the thresholds' }))
  await shown('research-batch').getByLabel('Warning at').fill('33.5')
  await shown('research-batch').getByLabel('Critical at').fill('60')
  await p.page.keyboard.press('Enter')
  await becomes(() => p.settings().profiles[0].keys?.[key?.key ?? '']).toEqual({
    warning: 0.335,
    critical: 0.6,
  })
  await shown('research-batch').getByText('33.5 %', { exact: true }).waitFor()
  // Notices stand beside the panel and its controls.
  const free = () =>
    p.page.evaluate(() => {
      const at = (of: string) => document.querySelector(of)?.getBoundingClientRect()
      const notices = at('.mantine-Notifications-root[data-position="bottom-right"]')
      return (at('[data-side-panel]')?.left ?? 0) - (notices?.right ?? 9999)
    })
  await becomes(free).toBeGreaterThan(0)
  await change('research-batch', '90', '95')
  await hand.outside(() =>
    becomes(() => p.settings().profiles[0].keys?.[key?.key ?? '']).toEqual({ warning: 0.9, critical: 0.95 }),
  )
  await hand.press(shown('research-batch').getByRole('button', { name: 'Change the thresholds' }))
  await hand.press(shown('research-batch').getByRole('button', { name: 'Inherit both' }))
  await hand.outside(() => becomes(() => p.settings().profiles[0].keys).toBeUndefined())

  // In the file, they are in force at once, too.
  writeFileSync(
    p.settingsPath,
    readFileSync(p.settingsPath, 'utf8').replace(/critical = 0\.6\b/, 'critical = 0.7'),
  )
  await becomes(() => told(p)).not.toContain('critical group')
})
