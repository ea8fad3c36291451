import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import type { AlertLine } from '../../bridge/types'
import { go, useRoute } from '../../lib/route'
import { presentStore } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { severityShape } from '../../ui/labels'
import { Shape } from '../../ui/Shape'
import { Said } from '../../ui/text'

/** Why no bubble came: somebody has the window in front, so it is said here. */
const IN_FRONT = 'held: the window is in front'

/** How long a notice stays, ms, unless the pointer is on it. The alert stays in the list. */
const STAYS = { critical: 60_000, other: 20_000 }

/** Says in a corner of the window what a bubble would have said, until it is read, acknowledged, over or has stood for long enough. It shows nothing itself. */
export function InPageNotices() {
  const { page, open } = useRoute()
  useEffect(() => {
    if (page === 'alerts' && open !== '') notifications.hide(open)
  }, [page, open])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const element = event.target as HTMLElement | null
      if (event.key !== 'x' || event.ctrlKey || event.metaKey || event.altKey) return
      if (element?.closest?.('input, textarea, select, [contenteditable="true"]')) return
      notifications.clean()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  useEffect(
    () =>
      presentStore.subscribe((now, before) => {
        if (now.live.alerts === before.live.alerts || before.sync.state === 'loading') return
        for (const alert of Object.values(now.live.alerts)) {
          const was = before.live.alerts[alert.id]
          if (isNews(alert) && !(was && isNews(was))) show(alert)
        }
        for (const was of Object.values(before.live.alerts)) {
          const is = now.live.alerts[was.id]
          if (isNews(was) && (!is || is.acked || is.status === 'resolved')) notifications.hide(was.id)
        }
      }),
    [],
  )
  return null
}

function isNews(alert: AlertLine): boolean {
  return alert.status === 'firing' && alert.notifyReason === IN_FRONT && !alert.acked
}

function show(alert: AlertLine): void {
  notifications.show({
    id: alert.id,
    autoClose: alert.severity === 'critical' ? STAYS.critical : STAYS.other,
    withBorder: true,
    icon: <Shape of={severityShape(alert.severity)} size={18} />,
    color: 'transparent',
    title: <Said>{alert.title}</Said>,
    message: (
      <>
        <Said>{alert.body}</Said>
        <br />
        <SmallButton
          onClick={() => {
            notifications.hide(alert.id)
            go('alerts', alert.id)
          }}
        >
          Open the alert
        </SmallButton>
      </>
    ),
  })
}
