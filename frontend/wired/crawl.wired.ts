import { expect, it } from 'vitest'
import { Hand } from './operate'
import { type Program, program } from './program'
import { BUSY } from './worlds'

const PAGES = [
  '/',
  '/alerts',
  '/incidents',
  '/spend',
  '/providers',
  '/tasks',
  '/changes',
  '/events',
  '/connections',
  '/settings',
]

/** Columns whose head is cut off, at widths of a window. */
async function cutOff(p: Program): Promise<string[]> {
  const usual = p.page.viewportSize() ?? { width: 1280, height: 820 }
  const found: string[] = []
  for (const width of [1440, 1280, 1200, 1100, 1024]) {
    await p.page.setViewportSize({ ...usual, width })
    await p.page.waitForTimeout(100) // a width is measured a frame later
    const cut = await p.page.evaluate(() =>
      [...document.querySelectorAll('[role=table]')].flatMap((table) =>
        [...table.querySelectorAll('[role=columnheader]')]
          .filter((head) => head.getBoundingClientRect().right > table.getBoundingClientRect().right + 1)
          .map((head) => `${table.getAttribute('aria-label')} › ${head.textContent}`),
      ),
    )
    found.push(...cut.map((text) => `${here(p)} at ${width}: ${text}`))
  }
  await p.page.setViewportSize(usual)
  return found
}

const here = (p: Program) => new URL(p.page.url()).hash

it('every page, panel and menu is walked through', async () => {
  const p = await program({ world: BUSY })
  const hand = new Hand(p)
  await expect
    .poll(async () => Object.keys((await p.live()).alerts).length, { timeout: 40_000 })
    .toBeGreaterThan(0)
  const cut: string[] = []
  for (const route of PAGES) {
    await p.page.evaluate((to) => {
      location.hash = to
    }, route)
    await p.page.locator('main h1, main h2').first().waitFor()
    await hand.see()
    cut.push(...(await cutOff(p)))
    // Every popup by its button, every panel by the first row of its table.
    for (const popup of await p.page
      .locator('main [aria-haspopup]:enabled, header [aria-haspopup]:enabled')
      .all()) {
      if (!(await popup.isVisible())) continue
      await popup.click()
      await hand.see()
      await p.page.keyboard.press('Escape')
    }
    for (const table of await p.page.getByRole('table').all()) {
      const row = table.locator('[data-index]').first()
      if ((await row.count()) === 0) continue
      await row.click()
      await hand.see()
    }
    const unfolding = p.page.locator('main [aria-expanded=false]:not([aria-haspopup]):enabled').first()
    if ((await unfolding.count()) === 0) continue
    await unfolding.click()
    await hand.see()
  }
  expect(cut).toEqual([])
})
