import { notifications } from '@mantine/notifications'
import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeEach, vi } from 'vitest'
import { emptyLive } from '../bridge/types'
import { scopeStore } from '../live/scope'
import { liveStore } from '../live/store'

// What happy-dom lacks or leaves at nothing: layout, and what the kit asks of a browser.
const size = { configurable: true, get: () => 800 }
for (const name of ['offsetHeight', 'offsetWidth', 'clientHeight', 'clientWidth']) {
  Object.defineProperty(HTMLElement.prototype, name, size)
}
Element.prototype.scrollTo ??= () => {}
Element.prototype.scrollIntoView ??= () => {}
window.matchMedia = (query: string) => ({
  matches: false,
  media: query,
  onchange: null,
  addListener: () => {},
  removeListener: () => {},
  addEventListener: () => {},
  removeEventListener: () => {},
  dispatchEvent: () => false,
})
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
}

// The message says which element is missing; the whole document drowns it.
// A page's part that comes with its route may take seconds on a busy machine.
configure({ getElementError: (message) => new Error(message ?? ''), asyncUtilTimeout: 5_000 })

beforeEach(() => {
  window.location.hash = ''
  localStorage.clear()
  scopeStore.setState({ gateway: '' })
  liveStore.setState({ live: emptyLive(), sync: { state: 'loading' }, behind: {}, version: '', demo: false })
})

afterEach(() => {
  cleanup()
  notifications.clean()
  vi.useRealTimers()
})
