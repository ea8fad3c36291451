// What a user sees of the real window on the demo gateway.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { desk, drive, eventually, windowOf } from './webdriver.mjs'

const { SMOKE_BINARY, SMOKE_NOTIFY_LOG } = process.env

/** What was told before this began is of a run before it. */
const told = readFileSync(SMOKE_NOTIFY_LOG, 'utf8').length

/** The native notifications so far: title and urgency. */
function notified() {
  const log = readFileSync(SMOKE_NOTIFY_LOG, 'utf8').slice(told)
  return log
    .split('method call')
    .slice(1)
    .map((call) => {
      const texts = [...call.matchAll(/^ {3}string "(.*)"$/gm)].map((m) => m[1])
      return {
        title: texts[2],
        urgency: Number(/urgency"\s+variant\s+byte (\d)/.exec(call)?.[1] ?? 1),
        sound: /sound-name"\s+variant\s+string "(.*)"/.exec(call)?.[1] ?? '',
      }
    })
}

/** Columns that begin or end beyond their table. */
const BEYOND = `return [...document.querySelectorAll('main [role=table]')].flatMap((table) =>
  [...table.querySelectorAll('[role=columnheader]')]
    .filter((head) => head.getBoundingClientRect().right > table.getBoundingClientRect().right + 1)
    .map((head) => table.getAttribute('aria-label') + ': ' + head.textContent))`

/** Panels that end before what is in them does, at widths of the page. */
const CUT = `const main = document.querySelector('main')
  const cut = []
  for (const width of ['', '1084px', '1000px', '900px', '']) {
    main.style.cssText = width ? 'flex: none; width: ' + width : ''
    for (const panel of main.querySelectorAll('section'))
      for (const part of panel.children)
        if (getComputedStyle(part).overflowY === 'visible' && part.scrollHeight > part.clientHeight + 1)
          cut.push(arguments[0] + ' ' + width + ': ' + panel.querySelector('h2')?.textContent)
  }
  return cut`

await drive(async (driver, check) => {
  await driver.open(SMOKE_BINARY, ['--demo', '--scenario', 'spend-limit'])
  await driver.behind() // in front of somebody, warnings are said in the window
  await check('the page is painted and shows the demo', async () => {
    await driver.sees(/Gatewatch/)
    await driver.sees(/team-billing/)
    await driver.sees(/openai/i)
  })
  await check('the connection is live', async () => {
    await eventually('connected', async () => (await driver.snapshot()).live.gateways.demo.overall === 'connected')
    await driver.sees(/^Live$/m)
  })
  await check('a budget that passes 75 % and 90 % is shown and told once each', async () => {
    await driver.sees(/has used 9\d %/, 'a budget above 90 %')
    await eventually('two notifications', () => notified().length >= 2)
    await driver.shot('now')
    const seen = notified()
    assert.deepEqual(seen.map((n) => n.urgency), [1, 2], 'a warning and then a critical one')
    assert.deepEqual(seen.map((n) => n.sound), ['', 'dialog-error'], 'only what is critical is heard')
    for (const n of seen) assert.match(n.title, /^team-billing has used \d+ %$/)
  })
  await check('every page renders', async () => {
    for (const [route, seen] of [
      ['/alerts', /team-billing has used/],
      ['/incidents', /team-billing has used/],
      ['/spend', /team-billing/],
      ['/providers', /openai/i],
      ['/tasks', /Tasks/],
      ['/changes', /Changes/],
      ['/events', /spent/],
      ['/connections', /spend/],
      ['/settings', /Warning at/],
    ]) {
      await driver.go(route)
      await driver.sees(seen, `${route} with ${seen}`)
      await driver.shot(route.slice(1))
    }
  })
  await check('the side buttons of a mouse go back and forward', async () => {
    const window = await eventually('the window', () => windowOf('Gatewatch'))
    const at = (route) => eventually(route, () => driver.run('return location.hash === "#" + arguments[0]', route))
    await driver.go('/alerts')
    await at('/alerts')
    await driver.go('/events')
    await at('/events')
    desk('mousemove', '--window', window, 500, 400, 'click', 8)
    await at('/alerts')
    desk('click', 9)
    await at('/events')
  })
  await check('G and a letter go to each page', async () => {
    const window = await eventually('the window', () => windowOf('Gatewatch'))
    desk('windowactivate', '--sync', window)
    await driver.run('document.activeElement?.blur()')
    for (const [key, route] of [['a', '/alerts'], ['o', '/settings'], ['e', '/events'], ['comma', '/settings'], ['n', '/now']]) {
      desk('key', 'g')
      desk('key', key)
      await eventually(`G ${key} opens ${route}`, () => driver.run('return location.hash === "#" + arguments[0]', route))
    }
  })
  await check('everything is drawn larger and smaller by the keyboard', async () => {
    const window = await eventually('the window', () => windowOf('Gatewatch'))
    const width = () => driver.run('return innerWidth')
    const usual = await width()
    desk('windowactivate', '--sync', window)
    for (const [keys, factor] of [
      ['ctrl+plus', 1.1],
      ['ctrl+plus', 1.25],
      ['ctrl+minus', 1.1],
      ['ctrl+0', 1],
    ]) {
      desk('key', keys)
      await eventually(`${keys}: ${factor} times as large`, async () => Math.abs((await width()) * factor - usual) < 2)
    }
  })
  await check('no page cuts the end of a panel, however wide it is', async () => {
    const cut = []
    for (const route of ['/', '/alerts', '/spend', '/providers', '/tasks', '/connections', '/settings']) {
      await driver.go(route)
      await eventually(`${route} is there`, () => driver.run('return location.hash === "#" + arguments[0] && !!document.querySelector("main h1, main h2")', route))
      cut.push(...(await driver.run(CUT, route)))
    }
    await driver.go('/spend')
    await driver.click('[role=table][aria-label="Virtual keys"] [data-index]')
    await driver.sees(/Thresholds/, 'the panel of a key')
    cut.push(...(await driver.run(CUT, '/spend beside a panel')))
    await eventually('every column is within its table', async () => (await driver.run(BEYOND)).length === 0, 5_000)
    assert.deepEqual(cut, [])
  })
  await check('every page can be read, in light and in dark', async () => {
    const wrong = []
    for (const scheme of ['light', 'dark']) {
      await driver.theme(scheme)
      for (const route of ['/', '/alerts', '/incidents', '/spend', '/providers', '/tasks', '/changes', '/events', '/connections', '/settings']) {
        await driver.go(route)
        await eventually(`${route} is there`, () => driver.run('return location.hash === "#" + arguments[0] && !!document.querySelector("main h1, main h2")', route))
        // What fades in or out is caught half way now and then: only what stays is wrong.
        let found = []
        await eventually('nothing is wrong', async () => (found = await driver.violations()).length === 0, 5_000).catch(() => {})
        wrong.push(...found.map((fault) => `${scheme} ${route} ${fault}`))
        // A choice that the desktop draws is light in the dark.
        if (await driver.run('return [...document.querySelectorAll("select")].some((one) => getComputedStyle(one).appearance !== "none")'))
          wrong.push(`${scheme} ${route} has a choice that the desktop draws`)
      }
    }
    assert.deepEqual(wrong, [])
  })
  await check('disconnecting and connecting by hand', async () => {
    await driver.go('/connections')
    await driver.press(/^Disconnect\b/)
    await eventually('disconnected', async () => (await driver.snapshot()).live.gateways.demo.overall === 'disconnected')
    await driver.press(/^Connect\b/)
    await eventually('connected again', async () => (await driver.snapshot()).live.gateways.demo.overall === 'connected')
  })
  await check('the page loads again without loss', async () => {
    // A number, or an object of one that is old.
    const total = async () => {
      const is = (await driver.snapshot()).live.keys['demo/1'].total
      return typeof is === 'number' ? is : is.value
    }
    const before = await total()
    await driver.call('POST', `${driver.session}/refresh`, {})
    await driver.go('/')
    await driver.sees(/team-billing/)
    assert.ok((await total()) >= before)
  })
})
