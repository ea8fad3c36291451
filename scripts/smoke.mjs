// A W3C WebDriver client of a few lines that drives the real window, and the
// checks themselves. Everything is waited for, nothing is slept for.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'

const { SMOKE_BINARY, SMOKE_NOTIFY_LOG, SMOKE_SHOTS, WEBKIT_DRIVER } = process.env
mkdirSync(SMOKE_SHOTS, { recursive: true })

/** A port that is free now. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

/** Tries until it holds; a minute is generous for a busy machine. */
async function eventually(what, check, ms = 60_000) {
  const end = Date.now() + ms
  let last
  for (;;) {
    try {
      const value = await check()
      if (value) return value
    } catch (error) {
      last = error
    }
    if (Date.now() > end) throw new Error(`not within ${ms / 1000} s: ${what}${last ? ` (${last.message})` : ''}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

class Driver {
  constructor(port) {
    this.base = `http://127.0.0.1:${port}`
  }
  async call(method, path, body) {
    const response = await fetch(this.base + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const { value } = await response.json()
    if (!response.ok) throw new Error(`${path}: ${value?.error} ${value?.message ?? ''}`)
    return value
  }
  async open(binary, args) {
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args } } }
    const session = await this.call('POST', '/session', { capabilities })
    this.session = `/session/${session.sessionId}`
  }
  run(script, ...args) {
    return this.call('POST', `${this.session}/execute/sync`, { script, args })
  }
  async shot(name) {
    const png = await this.call('GET', `${this.session}/screenshot`)
    writeFileSync(`${SMOKE_SHOTS}/${name}.png`, Buffer.from(png, 'base64'))
  }
  /** What a reader sees of the page. */
  text() {
    return this.run('return document.body.innerText')
  }
  async sees(pattern, what = String(pattern)) {
    return eventually(`the page shows ${what}`, async () => pattern.test(await this.text()))
  }
  go(route) {
    return this.run('location.hash = arguments[0]', route)
  }
  /** Presses the button with this name, as it is read out. */
  press(name) {
    return eventually(`a button ${name}`, () =>
      this.run(
        `const wanted = new RegExp(arguments[0])
         const named = (b) => (b.getAttribute('aria-label') ?? b.textContent ?? '').trim()
         const button = [...document.querySelectorAll('button')].find((b) => wanted.test(named(b)) && !b.disabled)
         if (!button) return false
         button.click()
         return true`,
        name.source,
      ),
    )
  }
  snapshot() {
    return this.call('POST', `${this.session}/execute/async`, {
      script: 'const done = arguments[0]; window.go.app.Live.Snapshot().then(done, (e) => done({ error: String(e) }))',
      args: [],
    })
  }
  async close() {
    await this.call('DELETE', this.session).catch(() => {}) // the window goes before it answers
  }
}

/** The native notifications so far: title and urgency. */
function notified() {
  const log = readFileSync(SMOKE_NOTIFY_LOG, 'utf8')
  return log
    .split('method call')
    .slice(1)
    .map((call) => {
      const texts = [...call.matchAll(/^ {3}string "(.*)"$/gm)].map((m) => m[1])
      return { title: texts[2], urgency: Number(/urgency"\s+variant\s+byte (\d)/.exec(call)?.[1] ?? 1) }
    })
}

const port = await freePort()
const driverProcess = spawn(WEBKIT_DRIVER, [`--port=${port}`], { stdio: 'ignore' })
const driver = new Driver(port)
const passed = []
const check = async (name, run) => {
  await run()
  passed.push(name)
  console.log(`  ok  ${name}`)
}

try {
  await eventually('the driver answers', () => driver.call('GET', '/status'))

  await driver.open(SMOKE_BINARY, ['--demo', '--scenario', 'spend-limit'])
  await check('the page is painted and shows the demo', async () => {
    await driver.sees(/Gatewatch/)
    await driver.sees(/team-billing/)
    await driver.sees(/openai/i)
  })
  await check('the connection is live', async () => {
    await driver.sees(/\bLive\b/)
    const { live } = await driver.snapshot()
    assert.equal(live.gateways.demo.overall, 'connected')
  })
  await check('a budget that passes 75 % and 90 % is shown and told once each', async () => {
    await driver.sees(/has used 9\d %/, 'a budget above 90 %')
    await eventually('two notifications', () => notified().length >= 2)
    await driver.shot('now')
    const told = notified()
    assert.deepEqual(told.map((n) => n.urgency), [1, 2], 'a warning and then a critical one')
    for (const n of told) assert.match(n.title, /^team-billing has used \d+ % — /)
  })
  await check('every page renders', async () => {
    for (const [route, seen] of [
      ['/alerts', /team-billing has used/],
      ['/spend', /team-billing/],
      ['/providers', /openai/i],
      ['/tasks', /Tasks/],
      ['/changes', /Changes/],
      ['/events', /Key /],
      ['/connections', /spend/],
      ['/settings', /Warning at/],
    ]) {
      await driver.go(route)
      await driver.sees(seen, `${route} with ${seen}`)
      await driver.shot(route.slice(1))
    }
  })
  await check('disconnecting and connecting by hand', async () => {
    await driver.go('/connections')
    await driver.press(/^Disconnect\b/)
    await eventually('disconnected', async () => (await driver.snapshot()).live.gateways.demo.overall === 'disconnected')
    await driver.press(/^Connect\b/)
    await eventually('connected again', async () => (await driver.snapshot()).live.gateways.demo.overall === 'connected')
  })
  await check('the page loads again without loss', async () => {
    const before = (await driver.snapshot()).live.keys['demo/1'].total
    await driver.call('POST', `${driver.session}/refresh`, {})
    await driver.go('/')
    await driver.sees(/team-billing/)
    assert.ok((await driver.snapshot()).live.keys['demo/1'].total >= before)
  })
  await driver.close()
  console.log(`${passed.length} passed, 0 failed`)
} catch (error) {
  await driver.shot('failed').catch(() => {})
  console.error(`  FAILED after ${passed.length} checks: ${error.message}`)
  console.error((await driver.text().catch(() => '')).slice(0, 1500))
  process.exitCode = 1
} finally {
  driverProcess.kill()
}
