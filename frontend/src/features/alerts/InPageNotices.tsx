import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import type { AlertLine } from '../../bridge/types'
import { go } from '../../lib/route'
import { presentStore } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { severityShape } from '../../ui/labels'
import { Shape } from '../../ui/Shape'

/** Why no bubble came: somebody has the window in front, so it is said here. */
const IN_FRONT = 'held: the window is in front'

/** Says in a corner of the window what a bubble would have said, and stays until it is read, acknowledged or over. It shows nothing itself. */
export function InPageNotices() {
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
    autoClose: false,
    withBorder: true,
    icon: <Shape of={severityShape(alert.severity)} size={18} />,
    color: 'transparent',
    title: <bdi>{alert.title}</bdi>,
    message: (
      <>
        <bdi>{alert.body}</bdi>
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
