// Judges a verbose run of Go tests under Wine: gotest.mjs NAME LOG [FAILED], a
// pattern of what failed for a reason of ours in that file. A failed
// test is put down to Wine only if everything that it says is one of the causes
// below; anything else is ours.
import { readFileSync, writeFileSync } from 'node:fs'

// What Wine 8 cannot do.
const causes = [
  // Go deletes files the POSIX way, which Wine does not know: open files stay.
  ['no POSIX delete', /TempDir RemoveAll cleanup: .*(Access is denied|directory is not empty|being used by another process|Access denied|Sharing violation|Invalid function)/i],
  // A UDP socket that hears of closed ports.
  ['no SIO_UDP_CONNRESET', /listen udp .*: wsaioctl: winapi error #10045/],
  // Sockets with a path, by which a program asks the one that runs.
  ['no AF_UNIX', /winapi error #10047|The Gatewatch that runs \(\w+, process \d+\) does not answer/],
  // It says that it made a link, and makes none.
  ['no links', /this Windows makes no links/],
]

// What a test says though all is well: the output does not tell that apart.
const notices = /\[rapid\] OK, passed|: \d+ kills: \d+ alerts intended|: signals are sent$|: gatewatch doctor, version/

const [name, file, failed] = process.argv.slice(2)
const lines = readFileSync(file, 'utf8').split(/\r?\n/)
const tests = new Map() // name: what it said and how it ended
const said = []
let current
for (const line of lines) {
  const run = /^=== (RUN|CONT|NAME|PAUSE) +(\S+)/.exec(line)
  const end = /^\s*--- (PASS|FAIL|SKIP): (\S+)/.exec(line)
  if (run) {
    current = run[2]
    if (!tests.has(current)) tests.set(current, { lines: [] })
  } else if (end) {
    const t = tests.get(end[2]) ?? { lines: [] }
    t.result = end[1]
    tests.set(end[2], t)
    current = end[2]
  } else if (current && line.trim()) tests.get(current)?.lines.push(line.trim())
  else said.push(line)
}
const all = [...tests.entries()]
const parents = (n) => all.some(([m, t]) => m.startsWith(`${n}/`) && t.result === 'FAIL')
const count = (r) => all.filter(([, t]) => t.result === r).length
const ended = /^(PASS|FAIL|ok|exit status)/m.test(lines.slice(-6).join('\n'))

const ours = []
const theirs = new Map()
for (const [n, t] of all) {
  if (t.result === undefined) ours.push([n, ['it did not end']])
  if (t.result !== 'FAIL') continue
  // A message is "file.go:12: text"; what follows it indented belongs to it.
  const messages = []
  for (const l of t.lines) {
    if (/^\S+\.go:\d+: /.test(l)) messages.push(l)
    else if (messages.length) messages.push(`${messages.pop()}\n${l}`)
  }
  for (let i = messages.length - 1; i >= 0; i--) if (notices.test(messages[i].split('\n')[0])) messages.splice(i, 1)
  const cause = (m) => causes.find(([, pattern]) => pattern.test(m))?.[0]
  if (messages.length === 0 && parents(n)) continue
  // Where the first is that nobody could be asked, what follows is of that answer.
  const asked = messages.length > 0 && cause(messages[0]) === 'no AF_UNIX'
  if (messages.length > 0 && (asked || messages.every(cause))) theirs.set(cause(messages[0]), (theirs.get(cause(messages[0])) ?? 0) + 1)
  else ours.push([n, t.lines.slice(0, 12)])
}
if (!ended) ours.push([name, lines.slice(-15)])
if (all.length === 0) ours.push([name, ['it ran no test']])

const wine = [...theirs].map(([cause, k]) => `, ${k} not judged (Wine: ${cause})`).join('')
console.log(`  ${name}: ${count('PASS')} passed, ${count('SKIP')} skipped${wine}${ours.length ? `, ${ours.length} FAILED` : ''}`)
for (const [n, l] of ours) console.log(`    ${n}\n${l.map((x) => `      ${x}`).join('\n')}`)
if (failed) writeFileSync(failed, ours.length && ended ? `^(${[...new Set(ours.map(([n]) => n.split('/')[0]))].join('|')})$` : '')
process.exit(ours.length ? 1 : 0)
