import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'

/** Two groups, of which one runs out tomorrow by what it spent in the thirty hours before. */
const SPENT = `dialect conduit
have group 1 Platform credit=1000 spent=20
have group 2 Research credit=10 spent=3
have key 1 platform-api group=Platform
have key 2 research-batch group=Research
have provider 1 openai type=OpenAI latency=410
have mapping 1 chat-default openai gpt-5.2
have log 1500 over=30h
every 700ms..1200ms chat keys=platform-api,research-batch models=chat-default cost=0.002..0.004
`

it('a budget is foreseen from the log of a day, shown, and saved as a calendar', async () => {
  const p = await program({ world: SPENT, zone: 'UTC' })
  const hand = new Hand(p)
  const of = async (id: string) => (await p.live()).forecasts[`group:gateway/${id}`]
  await expect
    .poll(async () => (await of('2'))?.outcome, { timeout: 100_000, interval: 500 })
    .toMatch(/^(forecast|too_irregular|not_within_a_year)$/)
  const research = await of('2')
  if (!research) throw new Error('it is gone again')
  expect(research.outcome).toBe('forecast')
  expect(research.earliest).toBeLessThanOrEqual(research.likely)
  expect(research.likely).toBeLessThanOrEqual(research.latest)

  // The gateway as a whole is the sum of its groups.
  const whole = (await p.live()).forecasts['gateway:gateway']
  const groups = [await of('1'), research]
  expect(whole?.limit).toBe(groups.reduce((sum, one) => sum + (one?.limit ?? 0), 0))

  await p.go('/spend')
  await becomes(() =>
    p.page.locator('[data-fact="forecast.head"][data-of="gateway:gateway"]').textContent(),
  ).toBe(whole?.head)
  const row = p.page
    .getByRole('table', { name: 'Prepaid balances' })
    .locator('[data-index]', { hasText: 'Research' })
  await becomes(() => row.locator('[data-fact="forecast.lasts"]').count()).toBe(1)
  await hand.press(row)
  const side = p.page.getByRole('complementary', { name: 'Key group Research' })
  await hand.inView(() => side.getByText('How long it lasts').waitFor())
  await becomes(() => side.locator('p[data-fact="forecast.head"]').textContent()).toBe(research.head)
  await becomes(() => side.locator('svg polygon').count()).toBe(1)
  if (process.env.WIRED_PICTURES)
    await p.page.screenshot({ path: join(process.env.WIRED_PICTURES, 'forecast.png') })

  const list = p.page.getByRole('list', { name: 'Calendar of budgets' })
  const entry = list.getByRole('button', { name: /Research.*is likely out of budget/ })
  await hand.press(entry)
  await hand.inView(() => side.waitFor({ state: 'visible' }))
  await hand.press(p.page.getByRole('button', { name: 'Save as .ics…' }))
  const saved = () => readdirSync(p.saves).find((name) => name.endsWith('.ics'))
  await hand.outside(() => becomes(() => saved() !== undefined).toBe(true))
  const text = readFileSync(join(p.saves, saved() ?? ''), 'utf8').replaceAll('\r\n ', '')
  expect(text).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2.0\r\n/)
  expect(text).toMatch(/SUMMARY:Research is likely out of budget/)
})
