import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { becomes } from './operate'
import { program } from './program'
import { WORLD } from './worlds'

/** How long somebody may take who has never seen it, ms. */
const FOUR_MINUTES = 240_000

it('from a new start to a second key, a threshold of its own, a muted hour and an exported incident', async () => {
  const p = await program({ world: `${WORLD}\nbatch spend research-batch to=93%\n`, watched: false })
  const began = Date.now()
  const laps: string[] = []
  const lap = (what: string) => laps.push(`${what} ${((Date.now() - began) / 1000).toFixed(1)} s`)
  const { page } = p
  const type = async (label: string, text: string) => {
    await page.getByRole('dialog').getByLabel(label, { exact: true }).click()
    await page.keyboard.type(text)
  }
  // Mouse and keyboard alone, as a person has them.
  await page.getByRole('main').getByRole('button', { name: 'Connect', exact: true }).click()
  await type('Name', 'Prod')
  await type('Core address', p.core.url)
  await type('Admin address', p.admin.url)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.keyboard.type(p.keys[''] ?? '')
  await page.getByRole('dialog').getByRole('textbox', { name: 'Master key' }).click()
  await page.keyboard.type(p.master)
  await page.getByRole('button', { name: 'Connect and test' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await p.connected('prod')
  lap('a gateway is connected')

  await page.getByRole('button', { name: 'Add a key…' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Virtual key' }).click()
  await page.keyboard.type(p.keys['research-batch'] ?? '')
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click()
  await becomes(async () => (await p.live()).monitoredKeys['prod/2']?.state).toBe('live')
  lap('a second key is live')

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: /Spend/ }).click()
  await page.getByRole('main').locator('[data-index]', { hasText: 'research-batch' }).first().click()
  const panel = page.getByRole('complementary')
  await panel.getByRole('button', { name: 'Change the thresholds' }).click()
  await panel.getByLabel('Warning at').click()
  await page.keyboard.type('60')
  await panel.getByRole('button', { name: 'Save' }).click()
  await becomes(() => Object.values(p.settings().profiles?.[0]?.keys ?? {})).toEqual([{ warning: 0.6 }])
  lap('it has a threshold of its own')

  await page.getByRole('banner').getByRole('button', { name: 'Mute notifications' }).click()
  await page.getByRole('menuitem', { name: '1 hour', exact: true }).click()
  await becomes(async () => (await p.live()).app.mute?.at ?? 0).toBeGreaterThan(Date.now() + 3_500_000)
  lap('an hour is muted')

  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: /Alerts/ })
    .click()
  await page.getByRole('table', { name: 'Alerts' }).locator('[data-index="0"]').click()
  await page.getByRole('complementary').getByRole('button', { name: 'Export…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Markdown' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Save as…' }).click()
  await becomes(() => readdirSync(p.saves).filter((name) => name.endsWith('.md')).length).toBe(1)
  lap('an incident is exported')
  console.info(laps.join(', '))
  expect(Date.now() - began).toBeLessThan(FOUR_MINUTES)
})
