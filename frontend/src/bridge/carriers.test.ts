import { afterEach, describe, expect, it, vi } from 'vitest'
import { METHODS } from './bridge'
import { insideWails, wailsBridge } from './wails'

afterEach(() => {
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

it('no method is named twice', () => {
  const names = Object.entries(METHODS).flatMap(([service, methods]) =>
    methods.map((method) => `${service}.${method}`),
  )
  expect(new Set(names).size).toBe(names.length)
})
