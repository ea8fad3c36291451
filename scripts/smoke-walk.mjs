// A walk with a stopwatch through the real window, as somebody goes who has never
// seen it: mouse and keyboard alone, to an incident that the desktop's own dialog
// put into a file.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { drive, eventually, freePort, inDialog } from './webdriver.mjs'

const { SMOKE_BINARY, SMOKE_WORK, GATEWATCH_HOME } = process.env

const scenario = `dialect conduit
have group 1 Platform credit=100 spent=20
have group 2 Research credit=10 spent=3
have key 1 platform-api group=Platform
have key 2 research-batch group=Research
have provider 1 openai type=OpenAI latency=410
have mapping 1 chat-default openai gpt-5.2
have log 40 over=30m
every 700ms..1200ms chat keys=platform-api models=chat-default cost=0.002..0.004
batch spend research-batch to=93%
`
writeFileSync(`${SMOKE_WORK}/walk.txt`, scenario)

await drive(async (driver, check, later) => {
  const [core, admin] = [await freePort(), await freePort()]
  const gateway = spawn(
    SMOKE_BINARY,
    ['demo-gateway', '--listen', `127.0.0.1:${core}`, '--listen-admin', `127.0.0.1:${admin}`, '--script', `${SMOKE_WORK}/walk.txt`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  later(() => gateway.kill())
  let said = ''
  gateway.stdout.on('data', (text) => (said += text))
  const secret = (of) => eventually(`the gateway says ${of}`, () => of.exec(said)?.[1])
  const [virtual, master, second] = [
    await secret(/^virtual key +(\S+)/m),
    await secret(/^master key +(\S+)/m),
    await secret(/also opens +(\S+) \(key \d+, research-batch\)/),
  ]
  const live = async () => (await driver.snapshot()).live
  const dialog = '[role=dialog]'
  const panel = 'aside, [role=complementary]'
  const began = Date.now()
  const lap = (name, run) =>
    check(name, async () => {
      await run()
      console.log(`      after ${((Date.now() - began) / 1000).toFixed(1)} s`)
    })

  await lap('a gateway is connected', async () => {
    await driver.open(SMOKE_BINARY, [])
    await driver.reach(['button', /^Connect$/, 'main'], ['input', /^Name/, dialog])
    await driver.type('input', /^Name/, 'Prod', dialog)
    await driver.type('input', /^Core address/, `http://127.0.0.1:${core}`, dialog)
    await driver.type('input', /^Admin address/, `http://127.0.0.1:${admin}`, dialog)
    await driver.click('button', /^Next$/, dialog)
    await driver.type('input, textarea', /^Virtual key/, virtual, dialog)
    await driver.type('input', /^Master key/, master, dialog)
    await driver.click('button', /^Connect and test$/, dialog)
    await driver.click('button', /^Done$/, dialog)
    await eventually('connected', async () => (await live()).gateways.prod?.overall === 'connected')
  })
  await lap('a second key is live', async () => {
    await driver.reach(['button', /^Add a key…$/], ['input, textarea', /^Virtual key/, dialog])
    await driver.type('input, textarea', /^Virtual key/, second, dialog)
    await driver.click('button', /^Add$/, dialog)
    await eventually('the second key is live', async () => (await live()).monitoredKeys['prod/2']?.state === 'live')
  })
  await lap('it has a threshold of its own', async () => {
    await driver.reach(
      ['a', /^Spend/, 'nav'],
      ['[role=table][aria-label="Virtual keys"] [data-index]', /research-batch/],
      ['button', /^Change the thresholds$/, panel], // the page before this one has one, too
      ['input', /^Warning at/, panel],
    )
    await driver.type('input', /^Warning at/, '60', panel)
    await driver.click('button', /^Save$/, panel)
    const settings = () => readFileSync(`${GATEWATCH_HOME}/settings.toml`, 'utf8')
    await eventually('the threshold is in the file', () => /warning = 0\.6/.test(settings()))
  })
  await lap('an hour is muted', async () => {
    await driver.reach(['button', /^Mute notifications$/, 'header'], ['[role=menuitem]', /^1 hour$/])
    await driver.click('[role=menuitem]', /^1 hour$/)
    await eventually('muted', async () => ((await live()).app.mute?.at ?? 0) > Date.now() + 3_400_000)
  })
  await lap("an incident is exported, through the desktop's own dialog", async () => {
    await driver.reach(
      ['a', /^Alerts/, 'nav'],
      ['[role=table][aria-label=Alerts] [data-index]'],
      ['button', /^Export…$/, panel],
      ['button', /^Markdown$/, dialog],
    )
    await driver.click('button', /^Markdown$/, dialog)
    await driver.click('button', /^Save as…$/, dialog)
    const file = `${SMOKE_WORK}/incident.md`
    await inDialog('Export', file)
    await eventually('the file is written', () => existsSync(file))
    assert.match(readFileSync(file, 'utf8'), /^# Research has used \d+ %/)
  })
  const took = (Date.now() - began) / 1000
  console.log(`      the walk took ${took.toFixed(1)} s`)
  assert.ok(took < 240, `the walk took ${took} s`)
})
