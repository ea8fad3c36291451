import { notifications } from '@mantine/notifications'
import { IconRefresh } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useAct } from '../bridge/act'
import type { Live } from '../bridge/types'
import { useNavigationStateHub } from '../features/navigation'
import { clock, words } from '../lib/format'
import { inScope, useScope } from '../live/scope'
import { liveStore, useLive } from '../live/store'
import { WriteArea } from '../live/WriteArea'
import { IconButton } from '../ui/controls'
import { shows } from '../ui/Fact'
import { Shape } from '../ui/Shape'
import { TimeAgo } from '../ui/text'
import css from './Rail.module.css'

/** How long a list may take that was asked for, ms; then it is said which was not read. */
const READ_MS = 10_000

type Counts = Live['nav'][string][]

const countsOf = (live: Live, scope: string): Counts =>
  Object.values(live.nav).filter((nav) => inScope(scope, nav) && nav.count >= 0 && nav.lastSync > 0)

/** When the counts were read, the oldest of them; and a button that has them read again. */
export function Synced() {
  const { lastSync, stale } = useNavigationStateHub()
  const scope = useScope()
  const counts = useLive(useShallow((live) => countsOf(live, scope)))
  const labels = useLive((live) => live.gateways)
  const none = Object.keys(labels).length === 0
  // What a gateway pushes is current however long ago it came: what is read tells the age.
  const at = Math.min(...counts.filter(isRead).map((nav) => nav.lastSync))
  const since = Number.isFinite(at) ? at : lastSync
  const each = counts.map(
    (nav) => `${labels[nav.gateway]?.label ?? nav.gateway}, ${ofWhat(nav)}: ${clock(nav.lastSync)}`,
  )
  const { reading, read } = useReading(scope, counts)
  return (
    <div className={css.synced}>
      {reading ? (
        <span role="status">Reading…</span>
      ) : stale ? (
        <span className={css.stale} title={`${stale}.`} {...shows('nav.stale', scope)}>
          <Shape of="stale" size={11} label="" /> Not current,{' '}
          <TimeAgo at={lastSync} fact="nav.lastSync" of={scope} />
          <span className="sr"> {stale}.</span>
        </span>
      ) : (
        <span title={each.join('\n')} {...shows('nav.syncedEach', scope)}>
          Synced <TimeAgo at={since} fact="nav.lastSync" of={scope} />
        </span>
      )}
      <WriteArea>
        <IconButton
          aria-label="Read again now"
          aria-busy={reading}
          {...(none ? { disabled: true, title: 'No gateway is connected: there is nothing to read.' } : {})}
          className={reading ? css.reading : ''}
          onClick={read}
        >
          <IconRefresh size={14} />
        </IconButton>
      </WriteArea>
    </div>
  )
}

const isRead = (nav: Counts[number]) => nav.source.startsWith('rest:')
const ofWhat = (nav: Counts[number]) => `${words(nav.entity).toLowerCase()}s`

/** Has everything read again: goes on until all of it was, or says what was not. */
function useReading(scope: string, counts: Counts) {
  const { refresh } = useNavigationStateHub()
  const act = useAct()
  const [before, setBefore] = useState<Record<string, number> | null>(null)
  const open = before !== null && counts.some((nav) => isRead(nav) && nav.lastSync <= (before[nav.id] ?? 0))
  useEffect(() => {
    if (!before) return
    if (!open) {
      setBefore(null)
      return
    }
    const timer = setTimeout(() => {
      setBefore(null)
      const { live } = liveStore.getState()
      const missed = countsOf(live, scope).filter(
        (nav) => isRead(nav) && nav.lastSync <= (before[nav.id] ?? 0),
      )
      const told = missed.map(
        (nav) =>
          `${live.gateways[nav.gateway]?.label ?? nav.gateway}: ${ofWhat(nav)}, as of ${clock(nav.lastSync)}`,
      )
      if (told.length > 0)
        notifications.show({ title: 'Not read again yet', message: told.join('; '), autoClose: 8000 })
    }, READ_MS)
    return () => clearTimeout(timer)
  }, [before, open, scope])
  const read = async () => {
    setBefore(Object.fromEntries(counts.map((nav) => [nav.id, nav.lastSync])))
    if (!(await act(refresh))) setBefore(null)
  }
  return { reading: open, read: () => void read() }
}
