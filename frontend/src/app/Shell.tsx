import { useEffect } from 'react'
import { ErrorBoundary, type FallbackProps } from 'react-error-boundary'
import { useBridge } from '../bridge/context'
import { InPageNotices } from '../features/alerts'
import { useRoute } from '../lib/route'
import { useReplay } from '../live/replay'
import { setScope, useScope } from '../live/scope'
import { useLive, useSync } from '../live/store'
import { SmallButton } from '../ui/controls'
import { EmptyMessage, Skeleton } from '../ui/Panel'
import { Announcer } from './Announcer'
import { Banners } from './Banners'
import { useExtras } from './extras'
import { LoginCard } from './LoginCard'
import { type PageName, usePage } from './pages'
import { Rail } from './Rail'
import { NotKept, ReplayBar } from './ReplayBar'
import css from './Shell.module.css'
import { Shortcuts } from './Shortcuts'
import { StatusLine } from './StatusLine'
import { TopBar } from './TopBar'

/** The frame of the window, with the page in it. */
export function Shell() {
  const sync = useSync()
  const extras = useExtras()
  const past = useReplay((replay) => replay.on)
  const lost = useReplay((replay) => replay.on && replay.moment?.known === false)
  useScopeThatExists()
  return (
    <div className={css.shell}>
      <Rail />
      <div className={css.column}>
        <ReplayBar />
        <TopBar />
        {past ? null : <Banners />}
        {past ? null : <LoginCard />}
        <main
          className={`${css.main} ${sync.state === 'stale' ? css.stale : ''}`}
          aria-busy={sync.state === 'loading'}
        >
          <PageOutlet />
        </main>
        {lost ? null : <StatusLine />}
      </div>
      {extras ? <extras.Palette /> : null}
      {extras ? (
        <extras.Notifications position="bottom-right" limit={2} containerWidth={320} zIndex={BELOW_DIALOGS} />
      ) : null}
      <Shortcuts />
      <Announcer />
      <InPageNotices />
    </div>
  )
}

/** Notices lie above the page, and below what was opened on it: dialogs and menus. */
const BELOW_DIALOGS = 190

function PageOutlet() {
  const { page, open } = useRoute()
  const sync = useSync()
  const none = useLive((live) => Object.keys(live.gateways).length === 0)
  const bridge = useBridge()
  const log = (error: unknown) => {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' }
    void bridge.App.LogError(message, stack ?? '').catch(() => {})
  }
  const past = useReplay((replay) => replay.on)
  const lost = useReplay((replay) => replay.on && replay.moment?.known === false)
  if (sync.state === 'loading') return <Waiting />
  if (lost) return <NotKept />
  if (none && past && page !== 'settings') return <NoneThen />
  return (
    <ErrorBoundary resetKeys={[page]} onError={log} FallbackComponent={PageFailed}>
      <LoadedPage
        name={none && page !== 'settings' && page !== 'connections' ? 'first-run' : page}
        open={open}
      />
    </ErrorBoundary>
  )
}

/** The past that is shown is before the first gateway: nothing can be done about that there. */
function NoneThen() {
  return (
    <div className={css.page}>
      <EmptyMessage title="No gateway was watched then.">
        The first one was connected later. Choose a later time, or go back to live.
      </EmptyMessage>
    </div>
  )
}

function LoadedPage({ name, open }: { name: PageName; open: string }) {
  const PageComponent = usePage(name)
  return PageComponent ? <PageComponent open={open} /> : <Waiting />
}

function Waiting() {
  return (
    <div className={css.page}>
      <Skeleton lines={8} />
    </div>
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
  const past = useReplay((replay) => replay.on)
  const gone = useLive((live) => scope !== '' && live.gateways[scope] === undefined)
  useEffect(() => {
    if (gone && sync.state === 'live' && !past) setScope('')
  }, [gone, sync.state, past])
}
