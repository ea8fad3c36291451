// Runs `go test -json` and tells it briefly: a line per package, the output of
// what failed, why a test was skipped, and a count at the end. A few tests that
// failed are run once more, alone: one that passes then is unsteady, and named
// as such. A data race, a panic or a package that does not build is final.
// Usage: node gotest.mjs COUNT_FILE [go test arguments…] PACKAGES

import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const MOST_AGAIN = 5 // more failures than this are no accident of a busy machine

const [countFile, ...args] = process.argv.slice(2)
const flags = args.slice(0, -1)

/** Runs go test with these arguments; resolves to what was counted. */
function run(goArgs) {
  const output = new Map() // lines by package and test
  const count = { pass: 0, skips: [], failed: [], badPackages: [], final: false, code: 1 }

  const keyOf = (e) => `${e.Package ?? e.ImportPath ?? ''} ${e.Test ?? ''}`
  const lines = (key) => {
    if (!output.has(key)) output.set(key, [])
    return output.get(key)
  }
  const print = (key) => process.stdout.write(lines(key).join(''))

  function finishTest(e, key) {
    if (e.Action === 'pass') count.pass++
    if (e.Action === 'fail') {
      count.failed.push({ pkg: e.Package, test: e.Test })
      print(key)
    }
    if (e.Action === 'skip') {
      const reason = lines(key).filter((l) => !/^\s*(=== |--- )/.test(l)).join('').trim()
      count.skips.push(`${e.Package} ${e.Test}: ${reason}`)
    }
    output.delete(key)
  }

  function finishPackage(e, key) {
    if (e.Action === 'fail') {
      count.badPackages.push(e.Package)
      print(key)
    } else if (e.Action === 'pass') {
      console.log(`  ok ${e.Package} ${(e.Elapsed ?? 0).toFixed(1)} s`)
    }
    output.delete(key)
  }

  function take(e) {
    const key = keyOf(e)
    switch (e.Action) {
      case 'output':
      case 'build-output':
        if (/DATA RACE|^panic: |^fatal error: /.test(e.Output)) count.final = true
        lines(key).push(e.Output)
        break
      case 'build-fail':
        count.final = true
        print(key)
        break
      case 'pass':
      case 'fail':
      case 'skip':
        if (e.Test) finishTest(e, key)
        else finishPackage(e, key)
        break
    }
  }

  return new Promise((resolve) => {
    const go = spawn('go', ['test', '-json', ...goArgs], { stdio: ['ignore', 'pipe', 'inherit'] })
    createInterface({ input: go.stdout }).on('line', (line) => {
      try {
        take(JSON.parse(line))
      } catch {
        console.log(line)
      }
    })
    go.on('close', (code) => resolve({ ...count, code: code ?? 1 }))
  })
}

/** Runs what failed once more; resolves to the names that passed, or to nothing if one failed again. */
async function again(first) {
  const whole = [...new Set(first.failed.map((f) => `${f.pkg} ${f.test.split('/')[0]}`))]
  const explained = first.badPackages.every((p) => first.failed.some((f) => f.pkg === p))
  if (first.final || !explained || whole.length === 0 || whole.length > MOST_AGAIN) return
  for (const name of whole) {
    const [pkg, test] = name.split(' ')
    console.log(`  once more: ${name}`)
    const second = await run([...flags, '-run', `^${test}$`, pkg])
    if (second.code !== 0) return
  }
  return whole
}

const first = await run(args)
for (const s of first.skips) console.log(`  skipped ${s}`)
let text = `${first.pass} Go tests` + (first.skips.length ? ` (${first.skips.length} skipped)` : '')
if (first.code !== 0) {
  console.log(`  ${first.failed.length} tests and ${first.badPackages.length} packages failed`)
  const unsteady = await again(first)
  if (unsteady) {
    for (const name of unsteady) console.log(`  UNSTEADY: ${name} failed, and passed alone`)
    text += ` (unsteady: ${unsteady.join(', ')})`
    process.exitCode = 0
  } else {
    process.exitCode = first.code
  }
}
writeFileSync(countFile, `${text}\n`)
