// How long frames of the real window take while budgets are foreseen. That they are being
// foreseen is seen from outside: Go uses most of a processor.
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { Driver, eventually, freePort, processorTime } from './webdriver.mjs'

const { SMOKE_BINARY, WEBKIT_DRIVER, CORE, ADMIN } = process.env
const rounds = Number(process.argv[2])
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** So long it is looked at after the start, ms: forecasts are made 15 s after it. */
const LOOKED_AT = 75_000
/** What comes before is the start itself. */
const SETTLED = 9000
/** Of a processor, by which Go is taken to foresee: it does so for a third of the time, and else uses a tenth. */
const BUSY = 0.2

const RECORD = `window.frames = []
let last = performance.now()
const frame = () => {
  const now = performance.now()
  window.frames.push([performance.timeOrigin + now, now - last])
  last = now
  requestAnimationFrame(frame)
}
requestAnimationFrame(frame)`

/** The newest process of the program that has a window, not its gateway. */
const program = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => b - a)
    .find((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
        return words[0] === SMOKE_BINARY && words[1] !== 'demo-gateway'
      } catch {
        return false
      }
    })

/** The frames of one start, as [when, ms], and the times in which Go was busy. */
async function round(n) {
  const port = await freePort()
  const webdriver = spawn(WEBKIT_DRIVER, [`--port=${port}`], { stdio: 'ignore' })
  const driver = new Driver(port)
  try {
    await eventually('the driver answers', () => driver.call('GET', '/status'))
    const began = Date.now()
    await driver.open(SMOKE_BINARY, ['--core', CORE, '--admin', ADMIN])
    await driver.go(process.env.ROUTE ?? '#/spend')
    await driver.run(RECORD)
    const pid = program()
    const busy = []
    let before = processorTime(pid)
    while (Date.now() - began < LOOKED_AT) {
      await sleep(500)
      const now = processorTime(pid)
      if ((now - before) / 0.5 > BUSY && Date.now() - began > SETTLED) busy.push([Date.now() - 500, Date.now()])
      before = now
    }
    const frames = (await driver.run('return window.frames')).filter(([at]) => at - began > SETTLED)
    if (process.env.SHOTS) spawnSync('import', ['-window', 'root', `${process.env.SHOTS}/frames-${n}.png`])
    return { frames, busy, began }
  } finally {
    await driver.close()
    webdriver.kill()
    await sleep(1000)
  }
}

const said = (name, frames) => {
  const ms = frames.map(([, took]) => took).sort((a, b) => a - b)
  const at = (share) => (ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? 0).toFixed(0)
  const long = ms.filter((one) => one > 50).length
  console.log(`  ${name}: ${ms.length} frames, half of them ${at(0.5)} ms, 99 % ${at(0.99)}, the longest ${at(1)}; ${long} over 50 ms`)
}

for (let n = 1; n <= rounds; n++) {
  const { frames, busy, began } = await round(n)
  const during = ([at]) => busy.some(([from, to]) => at >= from && at < to)
  console.log(`round ${n}: Go busy for ${(busy.length / 2).toFixed(1)} s`)
  said('while budgets are foreseen', frames.filter(during))
  if (process.env.LONG)
    for (const [at, took] of frames) if (took > 50) console.log(`    ${((at - began) / 1000).toFixed(1)} s: ${took.toFixed(0)} ms${during([at]) ? ', foreseen' : ''}`)
  said('else', frames.filter((one) => !during(one)))
}
