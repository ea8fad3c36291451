// A W3C WebDriver client of a few lines, and what tests that drive the real
// window share. Everything is waited for, nothing is slept for.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'

const { SMOKE_SHOTS, WEBKIT_DRIVER } = process.env
mkdirSync(SMOKE_SHOTS, { recursive: true })

const axe = readFileSync(new URL('../frontend/node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

/** A port that is free now. */
export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

/** Tries until it holds; a minute is generous for a busy machine. */
export async function eventually(what, check, ms = 60_000) {
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

/** Seconds of processor time that a process used, without those that it started. */
export function processorTime(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Runs a check, and says that it held. */
export async function check(name, run) {
  await run()
  console.log(`  ok  ${name}`)
}

/** Asks xdotool, and gives what it says. */
export const desk = (...words) => spawnSync('xdotool', words.map(String), { encoding: 'utf8' }).stdout.trim()

/** The window of this title that is shown, if there is one. */
export const windowOf = (title) => desk('search', '--onlyvisible', '--name', `^${title}$`).split('\n')[0]

/**
 * Types a path into the desktop's own dialog of this title until that is gone: a
 * dialog that opens its field for the first letter may lose the second, and a list
 * of completions may take the Return for itself.
 */
export async function inDialog(title, path) {
  const id = await eventually(`a dialog ${title}`, () => windowOf(title))
  await eventually(`the dialog ${title} is gone`, async () => {
    desk('windowactivate', '--sync', id)
    desk('key', 'ctrl+a')
    desk('type', '--delay', '20', path)
    desk('key', 'Return')
    return eventually('it goes', () => windowOf(title) === '', 10_000)
  }, 120_000)
}

export class Driver {
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
  /** Has the page believe that another window is in front of it. */
  behind() {
    return this.run(`document.hasFocus = () => false
      window.dispatchEvent(new Event('blur'))`)
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
  /** What is found in the page by a selector and its name, as it is read out, or null. */
  find(selector, name = /./, inside = 'body') {
    return this.run(
      `const wanted = new RegExp(arguments[1])
       const named = (e) => (e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.textContent ?? '').trim()
       const all = [...document.querySelectorAll(arguments[2])].flatMap((box) => [...box.querySelectorAll(arguments[0])])
       const found = all.find((e) => wanted.test(named(e)) && !e.disabled && e.getClientRects().length > 0)
       found?.scrollIntoView({ block: 'center' }) // not below a notice in the corner
       return found ?? null`,
      selector,
      name.source,
      inside,
    )
  }
  /** Clicks with the mouse on what is found so. */
  async click(selector, name, inside, tries = 3) {
    const found = await eventually(`${selector} ${name ?? ''} in ${inside ?? 'body'}`, () => this.find(selector, name, inside))
    const [id] = Object.values(found)
    try {
      await this.call('POST', `${this.session}/element/${id}/click`, {})
    } catch (error) { // it may have been drawn anew since it was found
      if (tries === 1) throw error
      return this.click(selector, name, inside, tries - 1)
    }
    return id
  }
  /**
   * Clicks from one thing to the next until the last is there. What moves as it is
   * pressed is missed, and a notice may come in between and lead away: then it goes on
   * from the farthest thing of the way that is there.
   */
  async reach(...way) {
    const last = way.at(-1)
    await eventually(`${last[0]} ${last[1] ?? ''}`, async () => {
      if (await this.find(...last)) return true
      for (let i = way.length - 2; i >= 0; i--) {
        if (i > 0 && !(await this.find(...way[i]))) continue
        await this.click(...way[i])
        await eventually(`${way[i + 1][0]} ${way[i + 1][1] ?? ''}`, () => this.find(...way[i + 1]), 10_000)
        return false
      }
    }, 120_000)
  }
  /** Types into what is found so. */
  async type(selector, name, text, inside) {
    const id = await this.click(selector, name, inside)
    await this.call('POST', `${this.session}/element/${id}/value`, { text })
  }
  snapshot() {
    return this.call('POST', `${this.session}/execute/async`, {
      script: 'const done = arguments[0]; window.go.app.Live.Snapshot().then(done, (e) => done({ error: String(e) }))',
      args: [],
    })
  }
  /** Shows the page in 'light' or 'dark'. */
  theme(scheme) {
    return this.run('document.documentElement.setAttribute("data-mantine-color-scheme", arguments[0])', scheme)
  }
  /** What axe finds wrong with the page as it is laid out and coloured now. */
  async violations() {
    await this.run(`if (!window.axe) { const module = undefined, define = undefined; ${axe} }`)
    return this.call('POST', `${this.session}/execute/async`, {
      script: `const done = arguments[0]
        window.axe.run(document, { resultTypes: ['violations'] }).then(
          (found) => done(found.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ') + ' — ' + n.failureSummary.split('\\n').slice(1).join(' ').trim()).join('; '))),
          (error) => done(['axe: ' + error]),
        )`,
      args: [],
    })
  }
  async close() {
    await this.call('DELETE', this.session).catch(() => {}) // the window goes before it answers
  }
}

/**
 * Runs checks with a driver, says how each went, and sets the exit status.
 * What is to be ended afterwards is given to later.
 */
export async function drive(checks) {
  const port = await freePort()
  const driverProcess = spawn(WEBKIT_DRIVER, [`--port=${port}`], { stdio: 'ignore' })
  const driver = new Driver(port)
  const after = []
  let passed = 0
  const counted = async (name, run) => {
    await check(name, run)
    passed++
  }
  try {
    await eventually('the driver answers', () => driver.call('GET', '/status'))
    await checks(driver, counted, (end) => after.push(end))
    await driver.close()
    console.log(`${passed} passed, 0 failed`)
  } catch (error) {
    await driver.shot('failed').catch(() => {})
    console.error(`  FAILED after ${passed} checks: ${error.message}`)
    console.error(await driver.run('return location.hash + "\\n" + document.querySelector("main").innerText.slice(0, 1500)').catch(() => ''))
    process.exitCode = 1
  } finally {
    for (const end of after) end()
    driverProcess.kill()
  }
}
