import { type Bridge, type Pushes, servicesOver } from './bridge'
import { BridgeError, toBridgeError } from './errors'

type BoundMethod = (...args: unknown[]) => Promise<unknown>

/** What Wails puts into the window before the page's own script runs. */
type WailsWindow = {
  go?: { app?: Record<string, Record<string, BoundMethod>> }
  runtime?: { EventsOn(name: string, fn: (...data: unknown[]) => void): () => void }
}

/** Whether this page runs inside the application. */
export function insideWails(): boolean {
  const w = window as unknown as WailsWindow
  return Boolean(w.go?.app && w.runtime)
}

/** The door inside the application: bound methods and events of Wails. */
export function wailsBridge(): Bridge {
  const w = window as unknown as WailsWindow
  const call = async (service: string, method: string, args: unknown[]) => {
    const bound = w.go?.app?.[service]?.[method]
    if (!bound) throw new BridgeError('internal', `Gatewatch has no ${service}.${method}.`)
    try {
      return await bound(...args)
    } catch (thrown) {
      throw toBridgeError(thrown)
    }
  }
  return {
    carrier: 'wails',
    ...servicesOver(call),
    on(name, fn) {
      const off = w.runtime?.EventsOn(name, (push) => fn(push as Pushes[typeof name]))
      return off ?? (() => {})
    },
  }
}
