import { BOUND, type Kind, type Services } from './bound'
import { BridgeError } from './errors'
import type { Frame } from './types'

export type { Services } from './bound'

/** What Go pushes, by event name. */
export type Pushes = {
  frame: Frame
  /** A page to open, such as "/alerts?id=…": a notification or the tray was clicked. */
  route: string
  /** Somebody changed the settings file, and it is in force. */
  settings: null
}

/** The one door to the Go side. Only files in this folder know what is behind it. */
export type Bridge = Services & {
  /** Which way this door goes, for the about page. */
  readonly carrier: 'wails' | 'fake'
  /** Calls fn for every push of that name until the returned function is called. */
  on<N extends keyof Pushes>(name: N, fn: (push: Pushes[N]) => void): () => void
}

/** One bound method, by the generated table. */
export type Row = { readonly takes: readonly Kind[]; readonly gives: Kind | 'void' }

/** What passes as one of the kinds. */
export function kindOf(value: unknown): Kind | 'void' {
  if (value === undefined || value === null) return 'void'
  if (Array.isArray(value)) return 'array'
  const kind = typeof value
  if (kind === 'string' || kind === 'number' || kind === 'boolean' || kind === 'object') return kind
  return 'void'
}

/** Refuses a call that Go would not understand, in the same way whatever is behind the door. */
function check(name: string, row: Row, args: unknown[]): void {
  const given = args.map(kindOf)
  if (given.length === row.takes.length && given.every((kind, i) => kind === row.takes[i])) return
  throw new BridgeError('internal', `${name} takes (${row.takes.join(', ')}), not (${given.join(', ')}).`)
}

/** Builds the services from one way of calling. What is not in the generated table cannot be called. */
export function servicesOver(
  call: (service: string, method: string, args: unknown[], row: Row) => Promise<unknown>,
): Services {
  const services: Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>> = {}
  for (const [service, methods] of Object.entries(BOUND)) {
    const bound: Record<string, (...args: unknown[]) => Promise<unknown>> = {}
    for (const [method, row] of Object.entries(methods as Record<string, Row>))
      bound[method] = async (...args) => {
        check(`${service}.${method}`, row, args)
        return call(service, method, args, row)
      }
    services[service] = bound
  }
  return services as unknown as Services
}
