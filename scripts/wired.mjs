// Reads what the wired tests wrote: wired.mjs failed RESULT names the files that
// failed; wired.mjs count RESULT AGAIN says how many tests passed in the end.
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

const [, , what, first, again] = process.argv
const read = (path) => JSON.parse(readFileSync(path, 'utf8')).testResults
const passed = (files) =>
  files.flatMap((file) => file.assertionResults).filter((test) => test.status === 'passed').length

if (what === 'failed') {
  for (const file of read(first)) if (file.status !== 'passed') console.log(relative('frontend', file.name))
} else if (what === 'count') {
  const second = again && existsSync(again) ? read(again) : []
  const names = new Set(second.map((file) => file.name))
  console.log(passed([...read(first).filter((file) => !names.has(file.name)), ...second]))
} else throw new Error('usage: wired.mjs failed RESULT | count RESULT AGAIN')
