import { MantineProvider } from '@mantine/core'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ErrorBoundary } from 'react-error-boundary'
import type { Bridge } from '../bridge/bridge'
import { BridgeProvider } from '../bridge/context'
import { GlobalEffects } from './GlobalEffects'
import { Shell } from './Shell'
import { ThemeFromSettings } from './ThemeFromSettings'
import { theme } from './theme'

/**
 * The whole page. Nothing that changes stands above MantineProvider: it would
 * make every component of the kit render.
 */
export function App({
  bridge,
  client,
  env = 'default',
}: {
  bridge: Bridge
  client: QueryClient
  /** "test" leaves out transitions. */
  env?: 'default' | 'test'
}) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" env={env}>
      <ErrorBoundary fallback={<Broken />}>
        <QueryClientProvider client={client}>
          <BridgeProvider bridge={bridge}>
            <GlobalEffects />
            <ThemeFromSettings />
            <Shell />
          </BridgeProvider>
        </QueryClientProvider>
      </ErrorBoundary>
    </MantineProvider>
  )
}

function Broken() {
  return (
    <main role="alert" style={{ padding: 32 }}>
      <h1>Gatewatch could not draw its window.</h1>
      <p>Watching and alerts go on. Reload the window to try again.</p>
      <button type="button" onClick={() => window.location.reload()}>
        Reload
      </button>
    </main>
  )
}
