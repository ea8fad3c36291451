// Client (d): the official JavaScript client. It connects, says "ready",
// counts the events, and says the result as one line of JSON.
// Usage: node client.mjs URL CREDENTIAL EVENTS

import { HubConnectionBuilder, HttpTransportType, LogLevel } from '@microsoft/signalr'

const [url, credential, events] = process.argv.slice(2)
const want = Number(events)
const quiet = 5000 // ms without an event: the rest counts as lost

let received = 0
let disordered = 0
let last = -1
let sum = 0
let began = { user: 0, system: 0 }
let cpu = 0
let end = 0

const connection = new HubConnectionBuilder()
  .withUrl(url, { accessTokenFactory: () => credential, transport: HttpTransportType.WebSockets })
  .configureLogging(LogLevel.None)
  .build()

function reading() {
  const used = process.cpuUsage(began)
  cpu = (used.user + used.system) * 1000
  end = Date.now() * 1e6
}

async function finish() {
  clearInterval(watch)
  console.log(JSON.stringify({ received, disordered, sum, cpu: Math.round(cpu), end, dropped: 0 }))
  await connection.stop()
  process.exit(0)
}

connection.on('SpendUpdate', (event) => {
  if (event.seq !== last + 1) disordered++
  last = event.seq
  sum += event.seq
  received++
  if (received === want) {
    reading()
    finish()
  }
})

process.stdin.resume()
process.stdin.on('end', () => process.exit(1)) // the parent is gone

await connection.start()
await new Promise((go) => setTimeout(go, 1300)) // as long as the others take
began = process.cpuUsage()
end = Date.now() * 1e6

let seen = 0
let moved = Date.now()
const watch = setInterval(() => {
  if (received !== seen) {
    seen = received
    moved = Date.now()
    reading()
  } else if (Date.now() - moved >= quiet) {
    finish()
  }
}, 100)
console.log('ready')
