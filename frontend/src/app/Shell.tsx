import { type ComponentType, useEffect } from 'react'
import { ErrorBoundary, type FallbackProps } from 'react-error-boundary'
import { useBridge } from '../bridge/context'
import { AlertsPage } from '../features/alerts/AlertsPage'
import { ChangesPage } from '../features/changes/ChangesPage'
import { ConnectionsPage } from '../features/connections/ConnectionsPage'
import { FirstRun } from '../features/connections/FirstRun'
import { EventsPage } from '../features/events/EventsPage'
import { NowPage } from '../features/now/NowPage'
import { ProvidersPage } from '../features/providers/ProvidersPage'
import { SettingsPage } from '../features/settings/SettingsPage'
import { SpendPage } from '../features/spend/SpendPage'
import { TasksPage } from '../features/tasks/TasksPage'
import { type Page, useRoute } from '../lib/route'
import { setScope, useScope } from '../live/scope'
import { useLive, useSync } from '../live/store'
import { SmallButton } from '../ui/controls'
import { EmptyMessage, Skeleton } from '../ui/Panel'
import { Announcer } from './Announcer'
import { Banners } from './Banners'
import { Palette } from './Palette'
import { Rail } from './Rail'
import css from './Shell.module.css'
import { Shortcuts } from './Shortcuts'
import { StatusLine } from './StatusLine'
import { TopBar } from './TopBar'

/** Every page gets the id of what is opened on it, "" for nothing. */
const PAGE_OF: Record<Page, ComponentType<{ open: string }>> = {
  now: NowPage,
  alerts: AlertsPage,
  spend: SpendPage,
  providers: ProvidersPage,
  tasks: TasksPage,
  changes: ChangesPage,
  events: EventsPage,
  connections: ConnectionsPage,
  settings: SettingsPage,
}

/** The frame of the window, with the page in it. */
export function Shell() {
  const sync = useSync()
  useScopeThatExists()
  return (
    <div className={css.shell}>
      <Rail />
      <div className={css.column}>
        <TopBar />
        <Banners />
        <main
          className={`${css.main} ${sync.state === 'stale' ? css.stale : ''}`}
          aria-busy={sync.state === 'loading'}
        >
          <PageOutlet />
        </main>
        <StatusLine />
      </div>
      <Palette />
      <Shortcuts />
      <Announcer />
    </div>
  )
}

function PageOutlet() {
  const { page, open } = useRoute()
  const sync = useSync()
  const none = useLive((live) => Object.keys(live.gateways).length === 0)
  const bridge = useBridge()
  const log = (error: unknown) => {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' }
    void bridge.App.LogError(message, stack ?? '').catch(() => {})
  }
  if (sync.state === 'loading') {
    return (
      <div className={css.page}>
        <Skeleton lines={8} />
      </div>
    )
  }
  const PageComponent = PAGE_OF[page]
  return (
    <ErrorBoundary resetKeys={[page]} onError={log} FallbackComponent={PageFailed}>
      {none && page !== 'settings' && page !== 'connections' ? <FirstRun /> : <PageComponent open={open} />}
    </ErrorBoundary>
  )
}

/** A page broke; the rest of the window goes on. */
function PageFailed({ resetErrorBoundary }: FallbackProps) {
  return (
    <div className={css.page} role="alert">
      <EmptyMessage
        title="This page could not be drawn."
        actions={<SmallButton onClick={resetErrorBoundary}>Draw it again</SmallButton>}
      >
        The error is in the log file. Watching and alerts go on.
      </EmptyMessage>
    </div>
  )
}

/** A gateway that is gone is no longer looked at. */
function useScopeThatExists() {
  const scope = useScope()
  const sync = useSync()
  const gone = useLive((live) => scope !== '' && live.gateways[scope] === undefined)
  useEffect(() => {
    if (gone && sync.state === 'live') setScope('')
  }, [gone, sync.state])
}
