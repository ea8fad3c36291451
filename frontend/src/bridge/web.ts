import { type Bridge, type Pushes, servicesOver } from './bridge'
import { BridgeError, toBridgeError } from './errors'

type Listeners = { [N in keyof Pushes]: Set<(push: Pushes[N]) => void> }

/** How long to wait before the event socket is opened again, ms. */
const REOPEN_MS = 1000

/**
 * The door for a browser: POST /rpc/Service.Method with a JSON array of
 * arguments, and events over the WebSocket /events. A socket that closes is
 * opened again after a second; what was missed shows as a hole in the numbers.
 */
export function webBridge(base: URL = new URL(window.location.origin)): Bridge {
  const listeners: Listeners = { frame: new Set(), route: new Set() }
  let opened = false
  return {
    carrier: 'web',
    ...servicesOver((service, method, args) => post(base, `${service}.${method}`, args)),
    on(name, fn) {
      listeners[name].add(fn)
      if (!opened) {
        opened = true
        listen(base, listeners)
      }
      return () => void listeners[name].delete(fn)
    },
  }
}

async function post(base: URL, name: string, args: unknown[]): Promise<unknown> {
  let answer: { result?: unknown; error?: unknown }
  try {
    const response = await fetch(new URL(`/rpc/${name}`, base), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
    })
    answer = (await response.json()) as typeof answer
  } catch {
    throw new BridgeError('unavailable', 'Gatewatch does not answer.')
  }
  if (answer.error) throw toBridgeError(answer.error)
  return answer.result
}

function listen(base: URL, listeners: Listeners): void {
  const url = new URL('/events', base)
  url.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url)
  socket.onmessage = (message) => {
    let push: { name?: string; data?: unknown }
    try {
      push = JSON.parse(String(message.data)) as typeof push
    } catch {
      return // not ours; the next number shows if something was lost
    }
    if (push.name === 'frame') for (const fn of listeners.frame) fn(push.data as Pushes['frame'])
    if (push.name === 'route') for (const fn of listeners.route) fn(String(push.data))
  }
  socket.onclose = () => setTimeout(() => listen(base, listeners), REOPEN_MS)
}
