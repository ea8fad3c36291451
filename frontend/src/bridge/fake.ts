import { type Bridge, kindOf, type Pushes, type Row, type Services, servicesOver } from './bridge'
import { BridgeError, toBridgeError } from './errors'
import { fakeAlerts } from './fakeAlerts'
import { fakeGateways } from './fakeGateways'
import { fakeHistory } from './fakeHistory'
import { fakeReplay } from './fakeReplay'
import { fakeSettings } from './fakeSettings'
import type { Delta, Frame, Live } from './types'

type Options = {
  live: Live
  version?: string
  demo?: boolean
  /** Answers to calls that should not be the usual ones. */
  answers?: { [S in keyof Services]?: Partial<Services[S]> }
}

export type FakeBridge = Bridge & {
  /** Pushes what changed, numbered and folded into what snapshots tell. */
  push(delta: Delta): void
  /** Pushes any frame as it stands. */
  pushFrame(frame: Frame): void
  pushRoute(route: string): void
  /** Counts the next n numbers as lost. */
  lose(n: number): void
  /** Every call that was made: "Alerts.SilenceAll(60,true)". */
  readonly calls: string[]
  readonly listeners: number
}

/** A door with nothing behind it but a state of its own, for tests and for looking around. */
export function fakeBridge(options: Options): FakeBridge {
  let live = options.live
  let seq = 1
  const listeners: { [N in keyof Pushes]: Set<(push: Pushes[N]) => void> } = {
    frame: new Set(),
    route: new Set(),
    settings: new Set(),
  }
  const calls: string[] = []
  const pushFrame = (frame: Frame) => {
    for (const fn of listeners.frame) fn(frame)
  }
  const push = (delta: Delta) => {
    live = fold(live, delta)
    seq++
    pushFrame({ seq, delta })
  }
  const services: Services = {
    Live: {
      Snapshot: async () => ({
        seq,
        live: structuredClone(live),
        version: options.version ?? '1.0.0',
        demo: options.demo ?? false,
      }),
    },
    Gateways: fakeGateways(() => live, push),
    Alerts: fakeAlerts(() => live, push),
    History: fakeHistory(() => live),
    Tasks: {
      ClearFinished: async (gateway) => {
        const done = Object.values(live.tasks).filter(
          (task) => task.finishedAt > 0 && (!gateway || task.gateway === gateway),
        )
        push({ tasks: Object.fromEntries(done.map((task) => [task.id, null])) })
      },
      Dismiss: async (id) => push({ tasks: { [id]: null } }),
    },
    Settings: fakeSettings(),
    Replay: fakeReplay(() => live),
    App: {
      Ready: async () => {},
      SetVisibility: async () => {},
      DrawAt: async () => {},
      OpenExternal: async () => {},
      Quit: async () => {},
      LogError: async () => {},
      CrashReport: async () => 'Gatewatch ended unexpectedly at 2026-11-01T10:00:00Z.',
      DeleteCrashReport: async () => push({ app: { crash: null } }),
    },
  }
  return {
    carrier: 'fake',
    ...recorded(services, options.answers ?? {}, calls),
    on(name, fn) {
      listeners[name].add(fn)
      return () => void listeners[name].delete(fn)
    },
    push,
    pushFrame,
    pushRoute: (route) => {
      for (const fn of listeners.route) fn(route)
    },
    lose: (n) => {
      seq += n
    },
    calls,
    get listeners() {
      return listeners.frame.size + listeners.route.size
    },
  }
}

/**
 * The services with other answers put in, every call written down. They are
 * built from the generated table, so a method that Go does not bind is not
 * there, whatever a fake would answer; what is answered passes as it would
 * from Go: as JSON of the kind that the table says.
 */
function recorded(services: Services, answers: NonNullable<Options['answers']>, calls: string[]): Services {
  type Methods = Record<string, Record<string, ((...args: unknown[]) => unknown) | undefined> | undefined>
  const [usual, others] = [services as unknown as Methods, answers as unknown as Methods]
  return servicesOver(async (service, name, args, row) => {
    calls.push(`${service}.${name}(${args.map((arg) => JSON.stringify(arg)).join(',')})`)
    const method = others[service]?.[name] ?? usual[service]?.[name]
    if (!method) throw new BridgeError('internal', `The fake has no ${service}.${name}.`)
    let answer: unknown
    try {
      answer = await method(...args)
    } catch (thrown) {
      throw toBridgeError(thrown)
    }
    return passed(`${service}.${name}`, row, answer)
  })
}

/** An answer as it arrives from Go. */
function passed(name: string, row: Row, answer: unknown): unknown {
  if (kindOf(answer) !== row.gives)
    throw new BridgeError('internal', `${name} gives ${row.gives}, but the fake gave ${kindOf(answer)}.`)
  return answer === undefined ? undefined : JSON.parse(JSON.stringify(answer))
}

function fold(live: Live, delta: Delta): Live {
  const next = structuredClone(live) as unknown as Record<string, Record<string, unknown>>
  for (const [topic, changes] of Object.entries(delta)) {
    for (const [id, thing] of Object.entries(changes ?? {})) {
      const things = next[topic]
      if (!things) continue
      if (thing === null) delete things[id]
      else things[id] = thing
    }
  }
  return next as unknown as Live
}
