import { afterEach, describe, expect, it, vi } from 'vitest'
import { BOUND } from './bound'
import type { Services } from './bridge'
import { fakeBridge } from './fake'
import { emptyLive } from './types'
import { insideWails, wailsBridge } from './wails'

afterEach(() => {
  Reflect.deleteProperty(window, 'go')
  Reflect.deleteProperty(window, 'runtime')
})

describe('wailsBridge', () => {
  it('calls the bound method and passes on what it answers', async () => {
    const Silence = vi.fn(async () => 'ok')
    Object.assign(window, { go: { app: { Alerts: { Silence } } }, runtime: { EventsOn: () => () => {} } })
    expect(insideWails()).toBe(true)
    await wailsBridge().Alerts.Silence('a', 60, true)
    expect(Silence).toHaveBeenCalledWith('a', 60, true)
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

describe('the fake', () => {
  it('has an answer to every method that Go binds, and no other', () => {
    const bridge = fakeBridge({ live: emptyLive() })
    for (const [service, methods] of Object.entries(BOUND))
      expect(Object.keys(bridge[service as keyof Services]).sort()).toEqual(Object.keys(methods).sort())
  })

  it('cannot do what Go does not bind', () => {
    const Explode = async () => {}
    const answers = { Gateways: { Explode } as object }
    const bridge = fakeBridge({ live: emptyLive(), answers })
    expect('Explode' in bridge.Gateways).toBe(false)
  })

  it('refuses arguments that Go would not understand', async () => {
    const bridge = fakeBridge({ live: emptyLive() })
    const add = bridge.Gateways.AddKey as unknown as (...args: unknown[]) => Promise<string>
    await expect(add('prod', 'label')).rejects.toMatchObject({
      message: 'Gateways.AddKey takes (string, string, string), not (string, string).',
    })
    await expect(add('prod', 'label', 7)).rejects.toMatchObject({ code: 'internal' })
  })

  it('refuses to answer what Go would not', async () => {
    const answers = { Gateways: { AddKey: (async () => 7) as unknown as Services['Gateways']['AddKey'] } }
    const bridge = fakeBridge({ live: emptyLive(), answers })
    await expect(bridge.Gateways.AddKey('prod', '', 'k')).rejects.toMatchObject({
      message: 'Gateways.AddKey gives string, but the fake gave number.',
    })
  })
})
