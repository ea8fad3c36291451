import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'

/** What is where in the built page, with made-up data: nothing is cut, overprinted or below the fold. */
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

let server: Server
let browser: Browser

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname)
    try {
      const file = readFileSync(join('dist', path === '/' ? 'index.html' : path))
      response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'text/html' }).end(file)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  browser = await chromium.connect(inject('browser'))
})

afterAll(() => void server.close())

async function open(path: string, width: number, height: number, fake = 'storm'): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height } })
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?fake=${fake}#/${path}`)
  await page.locator('main h1').first().waitFor()
  return page
}

/** How far a place is below the top of the window. */
async function top(of: Locator): Promise<number> {
  await of.first().waitFor()
  return (await of.first().boundingBox())?.y ?? Number.POSITIVE_INFINITY
}

/** How many pixels of an element's content stick out of it. */
const excess = (of: Locator) => of.first().evaluate((box) => box.scrollWidth - box.clientWidth)

it('a long name in a panel of details wraps', async () => {
  const page = await open('tasks', 1600, 900)
  await page.getByRole('table', { name: 'Running tasks' }).locator('[data-index]').first().click()
  const name = page.locator('aside dd .name').first()
  await name.waitFor()
  await name.evaluate((one) => {
    one.textContent = '1fe87f19-60ac-4528-873c-3a1b248d4b7f-0123456789-abcdef'
  })
  const body = page.locator('aside > div').first()
  expect(await excess(body)).toBe(0)
  const copy = await page.locator('aside dd').getByRole('button').first().boundingBox()
  expect((copy?.x ?? 9999) + (copy?.width ?? 0)).toBeLessThan(1600)
  await page.close()
})

it('no column of tasks is beyond its table, with a panel or without', async () => {
  for (const [width, path] of [
    [900, 'tasks'],
    [900, 'tasks/prod%2Fb-51'],
    [1280, 'tasks/prod%2Fb-51'],
  ] as const) {
    const page = await open(path, width, 700)
    await page.getByRole('table').first().waitFor()
    const beyond = await page
      .getByRole('table')
      .evaluateAll((tables) =>
        tables.flatMap((table) =>
          [...table.querySelectorAll('[role=columnheader]')]
            .filter((head) => head.getBoundingClientRect().right > table.getBoundingClientRect().right)
            .map((head) => `${table.getAttribute('aria-label')}: ${head.textContent}`),
        ),
      )
    expect(beyond).toEqual([])
    await page.close()
  }
})

it('a time of another day is not printed over what follows it', async () => {
  for (const path of ['alerts/a1', 'incidents/a1']) {
    const page = await open(path, 1280, 800)
    const times = page.locator('ol li > :first-child time')
    await times.first().waitFor()
    const over = await times.evaluateAll(
      (all) =>
        all.filter((time) => {
          time.textContent = 'Nov 30, 23:34:20'
          const words = time.closest('li')?.lastElementChild
          return words && time.getBoundingClientRect().right > words.getBoundingClientRect().left
        }).length,
    )
    expect(over).toBe(0)
    await page.close()
  }
})

it('the end of a task’s name is seen, however long it is', async () => {
  const page = await open('tasks', 900, 600)
  const cut = page.locator('[data-index] .cut').first()
  await cut.waitFor()
  const [end, cell] = await cut.evaluate((one) => {
    const [head, tail] = one.children
    if (!head || !tail) throw new Error('it has no end')
    head.textContent = 'image_mx3xqnt3_st_a_very_long_name_of_a_task_that_goes_on'
    return [
      tail.getBoundingClientRect().right,
      one.closest('[role="cell"]')?.getBoundingClientRect().right ?? 0,
    ] as const
  })
  expect(end).toBeLessThanOrEqual(cell + 1)
  await page.close()
})

it('a small window shows the lists, and whose a change is', async () => {
  const alerts = await open('alerts', 900, 600)
  expect(await top(alerts.getByRole('table', { name: 'Alerts' }).locator('[data-index]'))).toBeLessThan(500)
  await alerts.close()
  const changes = await open('changes', 900, 600)
  await changes.getByRole('columnheader', { name: 'Gateway' }).waitFor()
  expect(await changes.getByRole('columnheader', { name: 'Gateway' }).isVisible()).toBe(true)
  await changes.close()
  const spend = await open('spend/prod%2F2', 900, 600)
  await spend.locator('aside').waitFor()
  const rows = spend.getByRole('table').first().locator('[data-index]')
  expect(await top(rows)).toBeLessThan(480)
  await spend.close()
})

it('the arrow beside a long name of a gateway stays an arrow', async () => {
  const page = await open('now', 1280, 800)
  const button = page.getByRole('banner').getByRole('button', { name: /^Gateway:/ })
  await button.locator('bdi').evaluate((name) => {
    name.textContent = 'A very long name of a gateway that never ends and goes on until'
  })
  expect((await button.locator('svg').boundingBox())?.width).toBe(14)
  // WebKit gives it no width of its own.
  expect(await button.locator('svg').evaluate((arrow) => getComputedStyle(arrow).flexShrink)).toBe('0')
  await page.close()
})

it('no tool of Events stands alone in a second line', async () => {
  const page = await open('events', 1600, 1000)
  const tools = page.getByRole('searchbox').locator('xpath=..').locator(':scope > *')
  const tops = await tools.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().bottom))
  expect(Math.max(...tops) - Math.min(...tops)).toBeLessThan(24)
  await page.close()
})

it('a row stays where it is when it is opened', async () => {
  const page = await open('alerts', 1280, 820)
  const row = page.getByRole('table', { name: 'Alerts' }).locator('[data-index]').first()
  const before = await top(row)
  await row.click()
  await page.locator('aside').first().waitFor()
  expect(await top(row)).toBe(before)
  await page.close()
})

it('a very long name makes no panel scroll sideways', async () => {
  const page = await open('alerts', 1280, 820)
  await page.getByRole('table', { name: 'Alerts' }).locator('[data-index]').first().click()
  const body = page.locator('aside > div').first()
  await body.waitFor()
  await body.evaluate((panel) => {
    const line = document.createElement('p')
    line.innerHTML = `<span>${'ong-name-of-a-key-'.repeat(12)}</span><span>${'x'.repeat(200)}</span>`
    panel.append(line)
  })
  expect(await excess(body)).toBe(0)
  await page.close()
})

it('lines that come and go above the tables of Spend keep their room', async () => {
  const page = await open('spend', 1280, 820)
  const table = page.getByRole('table').first()
  const lines = page.locator('main header p p')
  await lines.first().waitFor()
  const before = await top(table)
  await lines.evaluateAll((all) => {
    for (const line of all) line.remove()
  })
  await page.waitForTimeout(200)
  expect(await top(table)).toBe(before)
  await page.close()
})
