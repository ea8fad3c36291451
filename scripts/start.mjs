// How long until a number is on the page, and what a hidden window costs, of
// the program and of an empty window in turn.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { Driver, eventually, freePort, processorTime } from './webdriver.mjs'

const { SMOKE_BINARY, EMPTY_BINARY, WEBKIT_DRIVER } = process.env
const rounds = Number(process.argv[2])
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

/** A number that is known: it has a digit and nothing says that it is unknown. */
const NUMBER = `const facts = document.querySelectorAll('[data-fact]')
return [...facts].some((f) => /\\d/.test(f.textContent) && !/^(unknown|loading)$/.test(f.dataset.state ?? ''))`

/** Milliseconds from starting a program until its page says what is waited for. */
async function timed(binary, args, script) {
  const port = await freePort()
  const process = spawn(WEBKIT_DRIVER, [`--port=${port}`], { stdio: 'ignore' })
  const driver = new Driver(port)
  try {
    await eventually('the driver answers', () => driver.call('GET', '/status'))
    const began = performance.now()
    await driver.open(binary, args)
    for (;;) {
      if (await driver.run(script).catch(() => false)) return performance.now() - began
      if (performance.now() - began > 60_000) throw new Error(`${binary}: no number within a minute`)
      await sleep(10)
    }
  } finally {
    await driver.close()
    process.kill()
    await sleep(500)
  }
}

/** A process and all that it started. */
function family(pid) {
  const parents = new Map()
  for (const name of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {} // it ended
  }
  const found = [pid]
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child)
  return found
}

/** Megabytes of memory, shared pages by their share, and seconds of processor time. */
function cost(pids) {
  let [pss, cpu] = [0, 0]
  for (const pid of pids) {
    pss += Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024
    cpu += processorTime(pid)
  }
  return { pss, cpu }
}

async function hidden(binary, args) {
  const child = spawn(binary, args, { stdio: 'ignore' })
  try {
    await sleep(25_000)
    const before = cost(family(child.pid))
    await sleep(30_000)
    const after = cost(family(child.pid))
    return { pss: after.pss, cpu: ((after.cpu - before.cpu) / 30) * 100 }
  } finally {
    child.kill()
    await sleep(2000)
  }
}

const [empty, full] = [[], []]
for (let n = 0; n < rounds; n++) {
  empty.push(await timed(EMPTY_BINARY, [], `return document.getElementById('n')?.textContent === '1'`))
  full.push(await timed(SMOKE_BINARY, ['--demo', '--scenario', 'calm'], NUMBER))
}
const [a, b] = [median(empty), median(full)]
const list = (of) => of.map((ms) => Math.round(ms)).join(' ')
console.log(`first number, ms: empty window ${Math.round(a)} (${list(empty)}), Gatewatch ${Math.round(b)} (${list(full)}), ratio ${(b / a).toFixed(2)}`)
const [idle, ours] = [await hidden(EMPTY_BINARY, ['hidden']), await hidden(SMOKE_BINARY, ['--demo', '--scenario', 'calm', '--hidden'])]
console.log(`hidden: empty window ${idle.pss.toFixed(0)} MB PSS, ${idle.cpu.toFixed(2)} % of a core; Gatewatch ${ours.pss.toFixed(0)} MB PSS, ${ours.cpu.toFixed(2)} % of a core`)
