// Settings are imported from a file that was chosen in the desktop's own dialog. A
// driven window shows none for a page's field, so it only says where things are;
// the mouse then presses there in a window that nobody drives, of the same size.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { desk, drive, eventually, inDialog, windowOf } from './webdriver.mjs'

const { SMOKE_BINARY, SMOKE_WORK, GATEWATCH_HOME } = process.env
const file = `${SMOKE_WORK}/import.toml`
const text = '[alerts]\nmin_budget = "7"\n'
/** High enough for the whole page, so that nothing is scrolled. */
const [width, height] = [1280, 3900]
writeFileSync(file, text)

const settings = () =>
  existsSync(`${GATEWATCH_HOME}/settings.toml`) ? readFileSync(`${GATEWATCH_HOME}/settings.toml`, 'utf8') : ''

await drive(async (driver, check, later) => {
  const at = {}
  /** The middle of what is found so, once it stays where it is. */
  const measure = async (selector, name) => {
    let [before, times] = ['', 0]
    return eventually(`where ${name} is`, async () => {
      const now = await driver.run(
        `const wanted = new RegExp(arguments[1])
         const found = [...document.querySelectorAll(arguments[0])].find((e) => wanted.test(e.textContent.trim()))
         if (!found) return null
         const { x, y, width, height } = found.getBoundingClientRect()
         return [Math.round(x + width / 2), Math.round(y + height / 2)]`,
        selector,
        name.source,
      )
      times = now && String(now) === before ? times + 1 : 0
      before = String(now)
      return times > 12 && now // what is asked of the program comes a little later
    })
  }
  await check('the page says where its buttons are', async () => {
    await driver.open(SMOKE_BINARY, ['gatewatch://settings'])
    await driver.call('POST', `${driver.session}/window/rect`, { x: 0, y: 0, width, height })
    await eventually('the size', async () => (await driver.run('return innerHeight')) === height)
    await driver.sees(/This desktop shows no tray icon/) // which pushes the page down
    at.open = await measure('button', /^Import settings…$/)
    await driver.click('button', /^Import settings…$/)
    at.choose = await measure('[role=dialog] button', /^Choose a file/)
    await driver.type('textarea', /./, text.replaceAll('\n', '\uE007'), '[role=dialog]') // Enter
    at.see = await measure('[role=dialog] button', /^See what changes$/)
    await driver.click('button', /^See what changes$/, '[role=dialog]')
    at.take = await measure('[role=dialog] button', /^Import$/)
    await driver.close()
  })
  await check("settings are imported from a file, through the desktop's own dialog", async () => {
    assert.doesNotMatch(settings(), /min_budget = ['"]7['"]/)
    const program = spawn(SMOKE_BINARY, ['gatewatch://settings'], {
      stdio: 'ignore',
      env: { ...process.env, GATEWATCH_UNDRIVEN: '1' },
    })
    later(() => program.kill())
    const window = await eventually('the window', () => windowOf('Gatewatch'))
    const press = ([x, y]) => {
      desk('windowactivate', '--sync', window)
      desk('mousemove', '--window', window, x, y, 'click', 1)
    }
    // Nobody says when the page is there: it is pressed until the dialog comes.
    await eventually('the dialog', async () => {
      desk('windowsize', window, width, height) // not --sync, which waits for another size than it has
      await new Promise((resolve) => setTimeout(resolve, 2000))
      press(at.open)
      await new Promise((resolve) => setTimeout(resolve, 3000))
      press(at.choose)
      await eventually('it comes', () => windowOf('Select File'), 10_000)
      return true
    }, 120_000)
    await inDialog('Select File', file)
    await eventually('it is imported', async () => {
      for (const place of [at.see, at.take]) {
        press(place)
        await new Promise((resolve) => setTimeout(resolve, 1500))
      }
      return /min_budget = ['"]7['"]/.test(settings())
    })
  })
})
