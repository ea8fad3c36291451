// Settings are imported from a file that was chosen in the desktop's own dialog. A
// driven window shows none for a page's field, so this one is driven by nobody: its
// page says where things are, and the mouse presses there.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { check, desk, eventually, inDialog, windowOf } from './webdriver.mjs'

const { SMOKE_BINARY, SMOKE_WORK, GATEWATCH_HOME } = process.env
const file = `${SMOKE_WORK}/import.toml`
const folder = `${GATEWATCH_HOME}-asked`
mkdirSync(folder, { recursive: true })
writeFileSync(file, '[alerts]\nmin_budget = "7"\n')

const settings = () =>
  existsSync(`${GATEWATCH_HOME}/settings.toml`) ? readFileSync(`${GATEWATCH_HOME}/settings.toml`, 'utf8') : ''

/** What an expression in the page gives, as text; app/automation_linux.c answers. */
async function ask(expression) {
  rmSync(`${folder}/answer`, { force: true })
  writeFileSync(`${folder}/half`, expression)
  renameSync(`${folder}/half`, `${folder}/script`)
  const said = await eventually(`an answer to ${expression}`, () => ({ text: readFileSync(`${folder}/answer`, 'utf8') }))
  return said.text
}

/** Presses the middle of the button of this text, where it is now, if it can be pressed. */
async function press(name) {
  const at = await ask(`(() => {
    const found = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === ${JSON.stringify(name)} && !one.disabled)
    if (!found) return ''
    found.scrollIntoView({ block: 'nearest' })
    const { x, y, width, height } = found.getBoundingClientRect()
    return Math.round(x + width / 2) + ' ' + Math.round(y + height / 2)
  })()`)
  if (at === '') return
  const window = windowOf('Gatewatch')
  desk('windowactivate', '--sync', window)
  desk('mousemove', '--window', window, ...at.split(' '), 'click', 1)
}

/** Presses a button until what it is to do is done: it may move as it is pressed. */
const pressUntil = (name, what, done) =>
  eventually(
    `${what}, by ${name}`,
    async () => {
      if (await done()) return true
      await press(name)
      return eventually(what, done, 5_000)
    },
    120_000,
  )

const shows = (text) => async () => (await ask('document.body.innerText')).includes(text)

assert.doesNotMatch(settings(), /min_budget = ['"]7['"]/)
const program = spawn(SMOKE_BINARY, ['gatewatch://settings'], {
  stdio: 'ignore',
  env: { ...process.env, GATEWATCH_ASKED: folder },
})
try {
  await check('the page of settings is there', () => eventually('Import settings…', shows('Import settings…')))
  await check("a file is chosen in the desktop's own dialog", async () => {
    await pressUntil('Import settings…', 'its dialog', shows('Choose a file…'))
    await pressUntil('Choose a file…', "the desktop's dialog", () => windowOf('Select File') !== '')
    await inDialog('Select File', file)
    await eventually('its name', shows('import.toml'))
  })
  await check('what it holds is seen, and imported', async () => {
    await pressUntil('See what changes', 'the setting that would change', shows('alerts.min_budget'))
    await pressUntil('Import', 'it is in the file', () => /min_budget = ['"]7['"]/.test(settings()))
  })
} catch (error) {
  console.error(`  FAILED: ${error.message}`)
  console.error((await ask('document.body.innerText').catch(() => '')).slice(0, 1500))
  process.exitCode = 1
} finally {
  program.kill()
}
