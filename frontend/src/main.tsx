import './lib/locale-guard'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './app/tokens.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import type { Bridge } from './bridge/bridge'
import { newQueryClient } from './bridge/queries'
import { insideWails, wailsBridge } from './bridge/wails'
import { goTo } from './lib/route'
import { startInvalidation } from './live/invalidate'
import { startSync } from './live/sync'

/** The application's own door; in a browser, with ?fake, one that makes everything up. */
async function openBridge(): Promise<Bridge> {
  if (insideWails()) return wailsBridge()
  if (new URLSearchParams(location.search).has('fake')) {
    const { fakeFromSearch } = await import('./bridge/fakeRun')
    return fakeFromSearch(location.search)
  }
  throw new Error('This page belongs into the application. In a browser, ?fake shows it with made-up data.')
}

const bridge = await openBridge()
const client = newQueryClient()
startSync(bridge)
startInvalidation(client)
// Now and not in an effect: Go names the first page as soon as the document is there.
bridge.on('route', goTo)

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no root')
createRoot(root).render(
  <StrictMode>
    <App bridge={bridge} client={client} />
  </StrictMode>,
)
