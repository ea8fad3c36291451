import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'

it('events are sought by words, times and saved searches, and written into a file', async () => {
  const p = await program()
  const hand = new Hand(p)
  await p.connected('gateway')
  await p.go('/events')
  const rows = p.page.getByRole('table', { name: 'Events' }).locator('[data-index]')
  const search = p.page.getByRole('searchbox', { name: 'Find in events' })
  const some = () => becomes(() => rows.count()).toBeGreaterThan(0)
  await some()
  const none = () => p.page.getByText('No event fits.').waitFor()

  await hand.fill(search, 'kind:spend key:platform')
  await hand.inView(async () => {
    await becomes(async () => (await rows.allInnerTexts()).every((text) => /platform-api/.test(text))).toBe(
      true,
    )
    await some()
  })
  await search.fill('kind:spend key:mobile')
  await none()
  await search.fill('sev>=critical kind:spend')
  await none()
  await search.fill('kind:spend')

  await some()
  await rows.first().press('Enter')
  const panel = p.page.getByRole('complementary', { name: 'Event' })
  await panel.getByText(/spent/).waitFor()
  await p.page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await hand.press(rows.first())
  await hand.inView(() => panel.getByText(/spent/).waitFor())
  await hand.press(panel.getByRole('button', { name: 'Close details' }))
  await hand.inView(() => panel.waitFor({ state: 'detached' }))

  const time = p.page.getByRole('group', { name: 'Which time' })
  for (const name of ['1 h', '24 h', '7 days', 'All', 'Dates']) {
    await hand.press(time.getByRole('button', { name }))
    await hand.inView(some)
  }
  await hand.fill(p.page.getByLabel('To'), '2020-01-31T10:00')
  await hand.inView(none)
  await p.page.getByLabel('To').fill('')
  await hand.fill(p.page.getByLabel('From'), '2020-01-31T10:00')
  await hand.inView(some)

  // A saved search is still there after a restart.
  await hand.press(p.page.getByRole('button', { name: 'Save search…' }))
  await hand.fill(p.page.getByLabel('Name of the search'), 'What was spent')
  await hand.press(p.page.getByRole('button', { name: 'Save', exact: true }))
  await hand.outside(async () => {
    await p.page.getByRole('combobox', { name: 'Saved searches' }).waitFor()
    await p.stop()
    await p.startGatewatch()
    await p.load('/events')
    await p.page.getByRole('combobox', { name: 'Saved searches' }).waitFor()
  })
  await hand.choose(p.page.getByRole('combobox', { name: 'Saved searches' }), 'What was spent')
  await hand.inView(() => becomes(() => search.inputValue()).toBe('kind:spend'))

  await hand.press(p.page.getByRole('button', { name: 'Export…' }))
  await p.page.getByRole('dialog').getByRole('button', { name: 'Save as…' }).click()
  const file = () => {
    const name = readdirSync(p.saves).find((one) => one.endsWith('.csv'))
    return name ? readFileSync(join(p.saves, name), 'utf8') : ''
  }
  await hand.outside(async () => {
    await becomes(file).toMatch(/,spend\.recorded,/)
    const kinds = file()
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(',')[3])
    expect(kinds.every((kind) => kind?.startsWith('spend.'))).toBe(true)
  })

  await hand.press(p.page.getByRole('button', { name: 'Delete this search' }))
  await hand.outside(() =>
    becomes(() =>
      p.page.evaluate(async () => {
        const { go } = window as unknown as {
          go: { app: { History: { SavedSearches(): Promise<unknown[]> } } }
        }
        return (await go.app.History.SavedSearches()).length
      }),
    ).toBe(0),
  )
})
