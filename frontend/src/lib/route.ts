import { navigate, useHashLocation } from 'wouter/use-hash-location'

/** The pages, in the order of the rail. */
export const PAGES = [
  'now',
  'alerts',
  'incidents',
  'spend',
  'providers',
  'tasks',
  'changes',
  'events',
  'connections',
  'settings',
] as const
export type Page = (typeof PAGES)[number]

/** What the address of a group of alerts begins with: a notification of several opens it. */
export const GROUP_OF_ALERTS = 'group:'

/** Where the window is: a page, and what is opened on it ("" for nothing). */
export type Route = { page: Page; open: string }

/**
 * Reads "/spend/prod%2F7", and the form in which notifications name a page,
 * "/alerts?id=…". Anything else is the first page.
 */
export function parseRoute(location: string): Route {
  const [path = '', search = ''] = location.replace(/^#?\/?/, '').split('?', 2)
  const [name = '', id = ''] = path.split('/', 2)
  const page = PAGES.find((known) => known === name) ?? 'now'
  if (id) return { page, open: decode(id) }
  const named = new URLSearchParams(search)
  const group = named.get('group')
  return { page, open: group ? GROUP_OF_ALERTS + group : (named.get('id') ?? '') }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The location of a page, or of something opened on it. */
export function pathTo(page: Page, open = ''): string {
  return open ? `/${page}/${encodeURIComponent(open)}` : `/${page}`
}

/** Goes to a page. The hash never reaches the asset server, so a reload is safe. */
export function go(page: Page, open = ''): void {
  navigate(pathTo(page, open))
}

/** Goes where a notification or the tray points. */
export function goTo(route: string): void {
  const { page, open } = parseRoute(route)
  go(page, open)
}

/** The time (Unix ms) from which a route shows the past, as "/replay/2026-11-29T18:00:00Z"; null if it names a page. */
export function replayedBy(route: string): number | null {
  const named = /^#?\/?replay[/?](?:id=)?(.+)$/.exec(route)?.[1]
  const at = named ? Date.parse(decode(named)) : Number.NaN
  return Number.isNaN(at) ? null : at
}

/** Where the window is. */
export function useRoute(): Route {
  const [location] = useHashLocation()
  return parseRoute(location)
}
