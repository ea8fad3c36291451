// Runs `go test -json` and tells it briefly: a line per package, the output of
// what failed, why a test was skipped, and a count at the end.
// Usage: node gotest.mjs COUNT_FILE [go test arguments…]

import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [countFile, ...args] = process.argv.slice(2)
const go = spawn('go', ['test', '-json', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })

const output = new Map() // lines by package and test
const count = { pass: 0, fail: 0, skip: 0, packages: 0, bad: 0 }
const skips = []

const keyOf = (e) => `${e.Package ?? e.ImportPath ?? ''} ${e.Test ?? ''}`
const lines = (key) => {
  if (!output.has(key)) output.set(key, [])
  return output.get(key)
}

function take(e) {
  const key = keyOf(e)
  switch (e.Action) {
    case 'output':
    case 'build-output':
      lines(key).push(e.Output)
      break
    case 'build-fail':
      process.stdout.write(lines(key).join(''))
      break
    case 'pass':
    case 'fail':
    case 'skip':
      if (e.Test) finishTest(e, key)
      else finishPackage(e, key)
      break
  }
}

function finishTest(e, key) {
  count[e.Action]++
  if (e.Action === 'fail') process.stdout.write(lines(key).join(''))
  if (e.Action === 'skip') {
    const reason = lines(key).filter((l) => !/^\s*(=== |--- )/.test(l)).join('').trim()
    skips.push(`${e.Package} ${e.Test}: ${reason}`)
  }
  output.delete(key)
}

function finishPackage(e, key) {
  count.packages++
  if (e.Action === 'fail') {
    count.bad++
    process.stdout.write(lines(key).join(''))
  } else if (e.Action === 'pass') {
    console.log(`  ok ${e.Package} ${(e.Elapsed ?? 0).toFixed(1)} s`)
  }
  output.delete(key)
}

createInterface({ input: go.stdout }).on('line', (line) => {
  try {
    take(JSON.parse(line))
  } catch {
    console.log(line)
  }
})

go.on('close', (code) => {
  for (const s of skips) console.log(`  skipped ${s}`)
  const text = `${count.pass} Go tests` + (count.skip ? ` (${count.skip} skipped)` : '')
  writeFileSync(countFile, `${text}\n`)
  if (count.fail || count.bad) console.log(`  ${count.fail} tests and ${count.bad} packages failed`)
  process.exitCode = code ?? 1
})
