import './lib/locale-guard'
import './app/kit.css'
import './app/tokens.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { loadAllPages, loadPage } from './app/pages'
import type { Bridge } from './bridge/bridge'
import { newQueryClient, queryKeys } from './bridge/queries'
import { showError } from './bridge/showError'
import { insideWails, wailsBridge } from './bridge/wails'
import { goTo, parseRoute, replayedBy } from './lib/route'
import { startInvalidation } from './live/invalidate'
import { startReplay } from './live/replay'
import { startSync } from './live/sync'

/** When the pages that are not looked at are loaded, ms after the first is drawn. */
const PRELOAD_AFTER_MS = 1500

/** The application's own door; in a browser, with ?fake, one that makes everything up. */
async function openBridge(): Promise<Bridge> {
  if (insideWails()) return wailsBridge()
  if (new URLSearchParams(location.search).has('fake')) {
    const { fakeFromSearch } = await import('./bridge/fakeRun')
    return fakeFromSearch(location.search)
  }
  throw new Error('This page belongs into the application. In a browser, ?fake shows it with made-up data.')
}

// The first page's file comes while the door opens; if it cannot be had, the page itself says so.
void loadPage(parseRoute(location.hash).page)
const bridge = await openBridge()
const client = newQueryClient()
startSync(bridge)
startInvalidation(client)
// Now and not in an effect: Go names the first page as soon as the document is there.
bridge.on('route', (route) => {
  const at = replayedBy(route)
  if (at === null) goTo(route)
  else void startReplay(bridge, at).catch(showError)
})
// A page that was loaded anew shows the present.
void bridge.Replay.End().catch(() => {})
bridge.on('settings', () => {
  for (const queryKey of [queryKeys.settings, queryKeys.rules, queryKeys.profiles, queryKeys.keyPlace])
    void client.invalidateQueries({ queryKey })
})

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no root')
createRoot(root).render(
  <StrictMode>
    <App bridge={bridge} client={client} />
  </StrictMode>,
)
// The other pages come once this one stands, so that going to them does not wait.
setTimeout(() => void loadAllPages(), PRELOAD_AFTER_MS)
