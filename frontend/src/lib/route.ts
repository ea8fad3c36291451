import { navigate, useHashLocation } from 'wouter/use-hash-location'

/** The pages, in the order of the rail. */
export const PAGES = [
  'now',
  'alerts',
  'spend',
  'providers',
  'tasks',
  'changes',
  'events',
  'connections',
  'settings',
] as const
export type Page = (typeof PAGES)[number]

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
  return { page, open: id ? decode(id) : (new URLSearchParams(search).get('id') ?? '') }
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

/** Where the window is. */
export function useRoute(): Route {
  const [location] = useHashLocation()
  return parseRoute(location)
}
