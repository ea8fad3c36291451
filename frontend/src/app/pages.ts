import { type ComponentType, useEffect, useReducer, useState } from 'react'
import type { Page } from '../lib/route'

/** What a page gets: the id of what is opened on it, "" for nothing. */
export type PageComponent = ComponentType<{ open: string }>

/** A page, or what stands in its place while there is no gateway. */
export type PageName = Page | 'first-run'

/** Each page is a file of its own, and what it alone needs comes with it. */
const LOADERS: Record<PageName, () => Promise<PageComponent>> = {
  now: async () => (await import('../features/now/NowPage')).NowPage,
  alerts: async () => (await import('../features/alerts/AlertsPage')).AlertsPage,
  incidents: async () => (await import('../features/incidents/IncidentsPage')).IncidentsPage,
  spend: async () => (await import('../features/spend/SpendPage')).SpendPage,
  providers: async () => (await import('../features/providers/ProvidersPage')).ProvidersPage,
  tasks: async () => (await import('../features/tasks/TasksPage')).TasksPage,
  changes: async () => (await import('../features/changes/ChangesPage')).ChangesPage,
  events: async () => (await import('../features/events/EventsPage')).EventsPage,
  connections: async () => (await import('../features/connections/ConnectionsPage')).ConnectionsPage,
  settings: async () => (await import('../features/settings/SettingsPage')).SettingsPage,
  'first-run': async () => (await import('../features/connections/FirstRun')).FirstRun,
}

const loaded: Partial<Record<PageName, PageComponent>> = {}

/** Loads a page, so that it can be drawn at once. */
export async function loadPage(name: PageName): Promise<void> {
  loaded[name] ??= await LOADERS[name]()
}

/** Loads every page: the window does it when it has nothing else to do. */
export async function loadAllPages(): Promise<void> {
  for (const name of Object.keys(LOADERS) as PageName[]) await loadPage(name)
}

/**
 * A page's component, or null while it is loaded; throws if it cannot be.
 * React's own lazy holds a page back for 300 ms behind its placeholder.
 */
export function usePage(name: PageName): PageComponent | null {
  const [, redraw] = useReducer((n: number) => n + 1, 0)
  const [failure, setFailure] = useState<{ error: unknown } | null>(null)
  useEffect(() => {
    if (loaded[name]) return
    let gone = false
    loadPage(name).then(
      () => gone || redraw(),
      (error: unknown) => gone || setFailure({ error }),
    )
    return () => {
      gone = true
    }
  }, [name])
  if (failure) throw failure.error
  return loaded[name] ?? null
}
