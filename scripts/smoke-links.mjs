// Links from elsewhere: they are handed to the window that runs, or open one,
// and nothing that is written into one does any harm.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { drive, eventually, freePort } from './webdriver.mjs'

const { SMOKE_BINARY, SMOKE_WORK } = process.env

// A task of the watched key: this dialect tells of it only to who asks for it.
const scenario = `dialect conduit
have group 1 Platform credit=100 spent=10
have key 1 platform-api group=Platform
have provider 1 openai type=OpenAI
have mapping 1 clips openai veo-3
every 300ms..500ms chat
task video task_linked run 600s model=clips
task video task_first run 600s model=clips
`
writeFileSync(`${SMOKE_WORK}/links.txt`, scenario)

/** Starts the program again with a link, as a browser would; it must be done at once. */
function start(link, command = SMOKE_BINARY) {
  const began = Date.now()
  const { status, stderr, error } = spawnSync(command, [link], { timeout: 10_000, encoding: 'utf8' })
  assert.ok(!error, `${link.slice(0, 60)}: ${error}`)
  assert.equal(status, 0, `${link.slice(0, 60)} ends with ${status}: ${stderr}`)
  return Date.now() - began
}

await drive(async (driver, check, later) => {
  const [core, admin] = [await freePort(), await freePort()]
  const gateway = spawn(
    SMOKE_BINARY,
    ['demo-gateway', '--listen', `127.0.0.1:${core}`, '--listen-admin', `127.0.0.1:${admin}`, '--script', `${SMOKE_WORK}/links.txt`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  later(() => gateway.kill())
  await new Promise((resolve) => gateway.stdout.once('data', resolve))
  const target = ['--core', `http://127.0.0.1:${core}`, '--admin', `http://127.0.0.1:${admin}`]
  const hash = () => driver.run('return location.hash')
  const at = (wanted) => eventually(`the page is ${wanted}`, async () => (await hash()) === wanted)
  const said = async () => (await driver.snapshot()).live.app.link?.text ?? ''

  await check('a link given at the first start is followed', async () => {
    await driver.open(SMOKE_BINARY, [...target, 'gatewatch://task/gateway/task_first'])
    await at('#/tasks/gateway%2Ftask_first')
    await eventually('the task is watched', async () => (await driver.snapshot()).live.tasks['gateway/task_first'])
    await driver.sees(/task_first/)
  })
  await check('a link to a page is handed to the window that runs', async () => {
    const took = start('gatewatch://spend')
    await at('#/spend')
    await driver.sees(/platform-api/i)
    assert.ok(took < 5_000, `the second start took ${took} ms`)
    console.log(`      the second start took ${took} ms`)
  })
  await check('a link to a task watches it', async () => {
    assert.ok(!(await driver.snapshot()).live.tasks['gateway/task_linked'], 'it is told of before')
    start('gatewatch://task/gateway/task_linked')
    await at('#/tasks/gateway%2Ftask_linked')
    await eventually('the task is watched', async () => (await driver.snapshot()).live.tasks['gateway/task_linked'])
    await driver.sees(/Task\s+task_linked|task_linked/)
    await driver.shot('link-task')
  })
  await check('xdg-open hands a link over', async () => {
    start('gatewatch://events', 'xdg-open')
    await at('#/events')
  })
  await check('a bad link does no harm, and what is wrong is said', async () => {
    for (const [link, wrong] of [
      ['gatewatch://nowhere', /names no page/],
      ['gatewatch://task/gateway/<img src=x onerror=alert(1)>', /names no task/],
      ['gatewatch://task/elsewhere/task_1', /not being watched/],
      [`gatewatch://events/${'x'.repeat(10 << 10)}`, /too long/],
      ['gatewatch://\u001b]0;title\u0007\u001b[2Jevents\r\n', /names no page/],
      ['gatewatch://alert/%3Cscript%3Ealert(1)%3C%2Fscript%3E', /names no alert/],
    ]) {
      start(link)
      await eventually(`${wrong} is said of ${JSON.stringify(link.slice(0, 40))}`, async () => wrong.test(await said()))
    }
    await driver.sees(/A link could not be followed\./)
    const injected = 'return document.querySelectorAll("img[src=x], #root script").length'
    assert.equal(await driver.run(injected), 0)
    await driver.shot('link-bad')
    start('gatewatch://alerts')
    await at('#/alerts')
    await eventually('a good link takes it back', async () => (await said()) === '')
    assert.equal((await driver.snapshot()).live.gateways.gateway.overall, 'connected')
  })
  await check('a start without a link only brings the window up', async () => {
    const { status } = spawnSync(SMOKE_BINARY, [], { timeout: 10_000 })
    assert.equal(status, 0)
    assert.equal(await hash(), '#/alerts')
  })
})
