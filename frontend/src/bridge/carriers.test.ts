import { afterEach, describe, expect, it, vi } from 'vitest'
import { METHODS } from './bridge'
import { insideWails, wailsBridge } from './wails'
import { webBridge } from './web'

afterEach(() => {
  vi.unstubAllGlobals()
  Reflect.deleteProperty(window, 'go')
  Reflect.deleteProperty(window, 'runtime')
})

describe('wailsBridge', () => {
  it('calls the bound method and passes on what it answers', async () => {
    const Snooze = vi.fn(async () => 'ok')
    Object.assign(window, { go: { app: { Alerts: { Snooze } } }, runtime: { EventsOn: () => () => {} } })
    expect(insideWails()).toBe(true)
    await wailsBridge().Alerts.Snooze('a', 60, true)
    expect(Snooze).toHaveBeenCalledWith('a', 60, true)
  })

  it('turns what Go rejects with into an error with its code', async () => {
    Object.assign(window, {
      go: {
        app: {
          Gateways: {
            Connect: async () => {
              throw { code: 'unauthorized', message: 'The gateway does not accept this key.' }
            },
          },
        },
      },
      runtime: { EventsOn: () => () => {} },
    })
    await expect(wailsBridge().Gateways.Connect('prod')).rejects.toMatchObject({ code: 'unauthorized' })
  })

  it('says so when a method is not bound', async () => {
    await expect(wailsBridge().Tasks.Dismiss('x')).rejects.toMatchObject({
      code: 'internal',
      message: 'Gatewatch has no Tasks.Dismiss.',
    })
    expect(insideWails()).toBe(false)
  })

  it('listens to events, and stops', () => {
    const off = vi.fn()
    let tell: (...data: unknown[]) => void = () => {}
    Object.assign(window, {
      go: { app: {} },
      runtime: {
        EventsOn: (_: string, fn: typeof tell) => {
          tell = fn
          return off
        },
      },
    })
    const heard: unknown[] = []
    const stop = wailsBridge().on('route', (route) => heard.push(route))
    tell('/alerts')
    stop()
    expect(heard).toEqual(['/alerts'])
    expect(off).toHaveBeenCalledOnce()
  })
})

class FakeSocket {
  static made: FakeSocket[] = []
  onmessage: ((message: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  constructor(readonly url: URL) {
    FakeSocket.made.push(this)
  }
}

describe('webBridge', () => {
  const base = new URL('http://127.0.0.1:9/')

  it('posts the arguments and unwraps the result', async () => {
    const fetched = vi.fn(async (_url: URL, _init: RequestInit) =>
      Response.json({ result: [{ id: 'prod' }] }),
    )
    vi.stubGlobal('fetch', fetched)
    expect(await webBridge(base).Gateways.List()).toEqual([{ id: 'prod' }])
    const [url, init] = fetched.mock.calls[0] ?? []
    expect(String(url)).toBe('http://127.0.0.1:9/rpc/Gateways.List')
    expect(init?.body).toBe('[]')
  })

  it('throws the error that it is answered with', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ error: { code: 'usage', message: 'No such rule.' } }))
    await expect(webBridge(base).Alerts.Rules()).rejects.toMatchObject({
      code: 'usage',
      message: 'No such rule.',
    })
  })

  it.each([
    [
      'nobody answers',
      async () => {
        throw new TypeError('failed')
      },
    ],
    ['the answer is not ours', async () => new Response('<html>')],
  ])('is unavailable when %s', async (_, fetched) => {
    vi.stubGlobal('fetch', fetched)
    await expect(webBridge(base).Live.Snapshot()).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('hears events over one socket, survives nonsense, and opens it again', () => {
    vi.useFakeTimers()
    FakeSocket.made = []
    vi.stubGlobal('WebSocket', FakeSocket)
    const bridge = webBridge(base)
    const frames: number[] = []
    const routes: string[] = []
    bridge.on('frame', (frame) => frames.push(frame.seq))
    const stop = bridge.on('route', (route) => routes.push(route))
    const socket = FakeSocket.made[0]
    expect(String(socket?.url)).toBe('ws://127.0.0.1:9/events')
    socket?.onmessage?.({ data: '{"name":"frame","data":{"seq":7,"delta":{}}}' })
    socket?.onmessage?.({ data: 'nonsense' })
    socket?.onmessage?.({ data: '{"name":"route","data":"/spend"}' })
    stop()
    socket?.onmessage?.({ data: '{"name":"route","data":"/tasks"}' })
    expect([frames, routes]).toEqual([[7], ['/spend']])
    socket?.onclose?.()
    vi.advanceTimersByTime(1000)
    expect(FakeSocket.made).toHaveLength(2)
  })
})

it('no method is named twice', () => {
  const names = Object.entries(METHODS).flatMap(([service, methods]) =>
    methods.map((method) => `${service}.${method}`),
  )
  expect(new Set(names).size).toBe(names.length)
})
