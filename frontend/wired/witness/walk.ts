import { expect } from 'vitest'
import type { Live } from '../../src/bridge/types'
import type { Program } from '../program'
import { look, type Seen } from './page'

/** Pages that show lists, and what of each can be opened. */
const PAGES: readonly (readonly [page: string, open: (live: Live) => string[]])[] = [
  ['/', () => []],
  ['/alerts', (live) => Object.keys(live.alerts).slice(0, 2)],
  ['/incidents', (live) => Object.keys(live.alerts).slice(0, 2)],
  [
    '/spend',
    (live) =>
      [...Object.keys(live.keys), ...Object.keys(live.groups).map((id) => `group:${id}`)].slice(0, 12),
  ],
  ['/providers', (live) => Object.keys(live.providers).slice(0, 1)],
  ['/tasks', (live) => Object.keys(live.tasks).slice(0, 2)],
  ['/changes', (live) => Object.keys(live.changes).slice(0, 1)],
  ['/events', () => []],
  ['/connections', (live) => Object.keys(live.links).slice(0, 1)],
  ['/settings', () => []],
]

/** Reads all pages, with what can be opened on each; charts as tables too. */
export async function walk(
  p: Program,
  each: (seen: Seen) => Promise<void>,
  only: readonly string[] = PAGES.map(([page]) => page),
): Promise<void> {
  const live = await p.live()
  for (const [page, open] of PAGES) {
    if (!only.includes(page)) continue
    await visit(p, page)
    await each(await look(p.page, page))
    await asTables(p, page, each)
    for (const id of open(live)) {
      await visit(p, `${page}/${encodeURIComponent(id)}`)
      await each(await look(p.page, `${page}/${id}`))
      await asTables(p, `${page}/${id}`, each)
    }
  }
}

async function visit(p: Program, route: string): Promise<void> {
  await p.go(route)
  await p.page.waitForFunction(() => !document.querySelector('main [role=status][aria-label=Loading]'))
  await p.page.waitForTimeout(60) // what is read once the page is there, such as a chart
}

/** Shows charts as tables, whose numbers can be read. */
async function asTables(p: Program, where: string, each: (seen: Seen) => Promise<void>): Promise<void> {
  const charts = p.page.getByRole('button', { name: 'Table', exact: true })
  const n = await charts.count()
  if (n === 0) return
  await charts.last().click()
  const seen = await look(p.page, `${where} (table)`)
  await each({
    ...seen,
    samples: seen.samples.filter((s) => /\.cell$|^chart\.time$/.test(s.fact)),
    loose: [],
  })
  await p.page.getByRole('button', { name: 'Chart', exact: true }).last().click()
}

/** Waits until everything that is read was read since a moment, and the money of calls was counted. */
export async function settled(p: Program, calm = 1500): Promise<void> {
  const since = p.now()
  await p.page.evaluate(async () => {
    type Refresh = (id: string) => Promise<void>
    const { go } = window as unknown as { go: { app: { Gateways: { Refresh: Refresh } } } }
    await go.app.Gateways.Refresh('')
  })
  await expect
    .poll(
      async () => {
        const live = await p.live()
        return (
          Object.values(live.pollTargets)
            // Who was told that they may not ask does not ask again at once.
            .filter((one) => one.intervalMs > 0 && one.polledAt < since && one.outcome !== 'barred')
            .map((one) => one.source)
        )
      },
      { timeout: 60_000, interval: 300 },
    )
    .toEqual([])
  await p.page.waitForTimeout(calm) // what is read in the background, a page every two seconds; then drawn
}
