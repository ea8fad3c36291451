// Takes a picture of every page in every state, and of what is opened on some,
// light and dark, small and large, of the built frontend with made-up data in
// headless Chromium:
// screenshots.mjs DIST OUT [PATTERN [WIDTHxHEIGHT...]]. Chromium is spoken to
// over a pipe. It fails where a page throws, has more than
// one scroll, or no room for a name.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'

const [dist, out, pattern = '.', ...sizes] = process.argv.slice(2)
if (!out) throw new Error('usage: screenshots.mjs DIST OUT [PATTERN [WIDTHxHEIGHT...]]')
const PAGES = ['now', 'alerts', 'incidents', 'spend', 'providers', 'tasks', 'changes', 'events', 'connections', 'settings']
/** Names of states, as what `?fake=` calls them. */
const STATES = { calm: 'calm', storm: 'storm', outage: 'outage', offline: 'offline', 'first-run': 'empty' }
/**
 * What is opened on a page: where, what is pressed there, in order, by its words
 * or its label, and what is brought into sight at last.
 */
const VIEWS = {
  'spend-forecast-key': { fake: 'storm', path: 'spend/prod%2F2', show: 'figure svg[role="img"]' },
  'spend-forecast-key-on-pace': { fake: 'calm', path: 'spend/prod%2F8', show: 'figure svg[role="img"]' },
  'spend-forecast-group': { fake: 'storm', path: 'spend/group%3Aprod%2F2', show: 'figure svg[role="img"]' },
  'spend-forecast-calendar': { fake: 'storm', path: 'spend', show: 'ul[aria-label="Calendar of budgets"]' },
  'incident-opened': { fake: 'storm', path: 'incidents/a1' },
  'incident-charts': { fake: 'storm', path: 'incidents/a1', show: 'figure div[role="img"]' },
  'incident-before': { fake: 'storm', path: 'incidents/a1', show: '[data-fact="alert.hit"]' },
  'replay': { fake: 'storm', path: 'incidents/a1', press: ['Replay', 'a[href="#/now"]', 'button[aria-label="Play"]', 'button[aria-label="Pause"]'] },
  'replay-incident': { fake: 'storm', path: 'incidents/a3', press: ['Replay'] },
  'settings-rule-preview': {
    fake: 'storm', path: 'settings', press: ['[aria-label="Change Provider unhealthy"]', 'What would it have done in the last 30 days?'], show: '[aria-label="What it would have done"]',
  },
}
const SIZES = (sizes.length > 0 ? sizes : ['900x600', '1600x1000']).map((size) => size.split('x').map(Number))
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

/** Everything that can be opened; without a gateway, every page but these two is the first run. */
function* views() {
  for (const [state, fake] of Object.entries(STATES))
    for (const page of state === 'first-run' ? ['now', 'connections', 'settings'] : PAGES)
      yield [`${page}-${state}`, { path: page, fake }]
  yield* Object.entries(VIEWS)
}

/** What there is to take. */
function* shots() {
  for (const scheme of ['light', 'dark'])
    for (const [width, height] of SIZES)
      for (const [what, view] of views()) {
        const name = `${what}-${scheme}-${width}x${height}`
        if (new RegExp(pattern).test(name)) yield { name, view, scheme, width, height }
      }
}

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://x').pathname)
  try {
    const file = join(dist, path === '/' ? 'index.html' : path)
    const body = readFileSync(file)
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(body)
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const address = `http://127.0.0.1:${server.address().port}`

const profile = mkdtempSync(join(tmpdir(), 'screenshots-'))
const browser = spawn(
  process.env.CHROMIUM ?? 'chromium-headless-shell',
  ['--headless', '--no-sandbox', '--remote-debugging-pipe', '--hide-scrollbars=false', '--disable-gpu',
    '--force-color-profile=srgb', '--font-render-hinting=none', `--user-data-dir=${profile}`, 'about:blank'],
  { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
)
const waiting = new Map()
const listeners = new Set()
let buffered = ''
let last = 0
browser.stdio[4].setEncoding('utf8').on('data', (data) => {
  const parts = (buffered + data).split('\0')
  buffered = parts.pop() ?? ''
  for (const message of parts.map((part) => JSON.parse(part))) {
    if (message.id) waiting.get(message.id)?.(message)
    else for (const listen of listeners) listen(message)
  }
})

/** Calls a method of the DevTools protocol. */
async function call(method, params = {}, sessionId = undefined) {
  const id = ++last
  const answer = new Promise((done) => waiting.set(id, done))
  browser.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
  const { result, error } = await answer
  waiting.delete(id)
  if (error) throw new Error(`${method}: ${error.message}`)
  return result
}

/** Says the page's own errors: a picture of a broken page is none. */
const broken = []
listeners.add(({ method, params }) => {
  if (method === 'Runtime.exceptionThrown') broken.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text)
})

async function take({ name, view: { path, fake, press = [], show }, scheme, width, height }) {
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true })
  const on = (method, params) => call(method, params, sessionId)
  await on('Runtime.enable')
  await on('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
  await on('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }],
  })
  await on('Emulation.setTimezoneOverride', { timezoneId: 'Europe/Berlin' })
  await on('Page.navigate', { url: `${address}/?fake=${fake}#/${path}` })
  const does = async (expression) => {
    const { result } = await on('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    if (result.value !== 'ready') throw new Error(`${name}: ${result.value ?? result.description} ${broken.join(' ')}`)
  }
  await does(READY)
  for (const what of press) {
    await does(`(${pressed})(${JSON.stringify(what)})`)
    await does(READY)
  }
  if (show) await does(`(${shown})(${JSON.stringify(show)})`)
  const scrolls = await on('Runtime.evaluate', { expression: SCROLLS, returnByValue: true })
  if (scrolls.result.value > 1) broken.push(`${name} has ${scrolls.result.value} boxes that scroll`)
  const cut = await on('Runtime.evaluate', { expression: CUT, returnByValue: true })
  if (cut.result.value.length > 0) broken.push(`${name} has no room for: ${cut.result.value.join(', ')}`)
  const { data } = await on('Page.captureScreenshot', { format: 'png' })
  writeFileSync(join(out, `${name}.png`), Buffer.from(data, 'base64'))
  await call('Target.closeTarget', { targetId })
}

/** Presses, in the page, what a selector finds or whose words begin so. */
async function pressed(what) {
  const named = [...document.querySelectorAll('main button, main summary, [role="tab"]')].find((one) =>
    one.textContent?.trim().startsWith(what),
  )
  const found = named ?? (/[[.#]/.test(what) ? document.querySelector(what) : null)
  if (!found) return `there is no "${what}" to press`
  found.click()
  return 'ready'
}

/** Brings, in the page, what a selector finds into the midst of what is seen. */
async function shown(selector) {
  for (let i = 0; i < 40; i++) {
    const found = document.querySelector(selector)
    found?.scrollIntoView({ block: 'center' })
    await new Promise((done) => setTimeout(done, 100))
    if (found && i > 3) return 'ready'
  }
  return `there is no ${selector} to show`
}

/** The boxes of the page that have something to scroll; details beside it scroll for themselves. */
const SCROLLS = `[...document.querySelectorAll('main *')]
  .filter((box) => !box.closest('[role="complementary"], aside') && box.scrollHeight > box.clientHeight + 1
    && ['auto', 'scroll'].includes(getComputedStyle(box).overflowY)).length`

/** What the page has no room for: names of which nothing is left, numbers that end
 * beyond their button, and rows that are wider than their table. */
const CUT = `[...document.querySelectorAll('.name, .num, [role="row"]')]
  .filter((box) => box.getClientRects().length > 0 && box.textContent !== ''
    && (box.closest('main button') && box.matches('.num') ? box.getBoundingClientRect().right > box.closest('button').getBoundingClientRect().right + 1
      || box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0 : box.role === 'row' ? box.scrollWidth > box.clientWidth + 1 : box.scrollWidth > box.offsetWidth + 1 && box.offsetWidth < 24))
  .map((box) => box.textContent.slice(0, 40))`

/** Waits until the page stands: it has a heading, nothing is loading, its charts are drawn. */
const READY = `(async () => {
  for (let i = 0; i < 100; i++) {
    await new Promise((done) => setTimeout(done, 50))
    const charts = [...document.querySelectorAll('figure div[role="img"]')]
    if (document.querySelector('main h1, main h2') && !document.querySelector('[aria-busy="true"], [data-loading]')
      && charts.every((chart) => chart.querySelector('canvas'))) {
      await document.fonts.ready
      await new Promise((done) => setTimeout(done, 400))
      return 'ready'
    }
  }
  return 'the page did not come to stand: ' + document.body.innerText.slice(0, 300)
})()`

let status = 0
try {
  mkdirSync(out, { recursive: true })
  for (const shot of shots()) await take(shot)
  if (broken.length > 0) throw new Error(`errors on the pages:\n${broken.join('\n')}`)
} catch (error) {
  console.error(error)
  status = 1
} finally {
  await call('Browser.close').catch(() => {})
  await new Promise((done) => (browser.exitCode === null ? browser.on('exit', done) : done()))
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  server.close()
}
process.exit(status)
