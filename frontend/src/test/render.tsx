import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { act, render, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { App } from '../app/App'
import { loadExtras } from '../app/extras'
import { loadAllPages } from '../app/pages'
import { theme } from '../app/theme'
import { BridgeProvider } from '../bridge/context'
import { type FakeBridge, fakeBridge } from '../bridge/fake'
import { newQueryClient } from '../bridge/queries'
import { emptyLive, type Live } from '../bridge/types'
import { goTo } from '../lib/route'
import { liveStore } from '../live/store'
import { startSync } from '../live/sync'

/** A live state with the given topics. */
export function aLive(of: Partial<Live> = {}): Live {
  return { ...emptyLive(), ...of }
}

/** Things by their ids, as a topic holds them. */
export function byId<T extends { id: string }>(...things: T[]): Record<string, T> {
  return Object.fromEntries(things.map((thing) => [thing.id, thing]))
}

/** The mirror with these topics in it, as if Go had just told them. */
export function given(of: Partial<Live>): void {
  act(() => liveStore.setState({ live: aLive(of), sync: { state: 'live' } }))
}

function wrapper(bridge: FakeBridge) {
  const client = newQueryClient()
  return ({ children }: { children: ReactNode }) => (
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={client}>
        <BridgeProvider bridge={bridge}>{children}</BridgeProvider>
      </QueryClientProvider>
    </MantineProvider>
  )
}

/** Renders something that needs the door and the kit. */
export function renderWith(ui: ReactNode, bridge: FakeBridge = fakeBridge({ live: emptyLive() })) {
  return { bridge, ...render(ui, { wrapper: wrapper(bridge) }) }
}

/** Runs a hook that needs the door. */
export function runHook<T>(hook: () => T, bridge: FakeBridge = fakeBridge({ live: emptyLive() })) {
  return { bridge, ...renderHook(hook, { wrapper: wrapper(bridge) }) }
}

/** The whole window on a fake door, in step with it; stop ends the sync. */
export async function openWindow(
  live: Live,
  page = '',
  options: Omit<Parameters<typeof fakeBridge>[0], 'live'> = {},
) {
  window.location.hash = page
  await loadAllPages()
  await loadExtras()
  const bridge = fakeBridge({ live, ...options })
  const stopSync = startSync(bridge)
  const stopRoutes = bridge.on('route', goTo)
  const stop = () => {
    stopSync()
    stopRoutes()
  }
  const client = newQueryClient()
  const view = render(<App bridge={bridge} client={client} env="test" />)
  await waitFor(() => {
    if (liveStore.getState().sync.state === 'loading') throw new Error('still loading')
  })
  return { bridge, client, stop, ...view }
}
