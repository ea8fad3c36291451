import { useEffect, useState } from 'react'
import { useRealTimeFeatures } from '../features/connections/useRealTimeFeatures'
import { stateWord } from '../features/connections/words'
import { liveStore } from '../live/store'

/**
 * Reads out what matters: a new critical alert at once, the state of the
 * connections when it is quiet. Numbers are never read out by themselves.
 */
export function Announcer() {
  const [critical, setCritical] = useState('')
  const { overall } = useRealTimeFeatures()
  useEffect(
    () =>
      liveStore.subscribe((now, before) => {
        if (now.live.alerts === before.live.alerts || before.sync.state === 'loading') return
        for (const alert of Object.values(now.live.alerts)) {
          const was = before.live.alerts[alert.id]
          const news =
            alert.severity === 'critical' &&
            alert.status === 'firing' &&
            !alert.acked &&
            alert.inhibited === ''
          if (news && (was?.severity !== 'critical' || was.status !== 'firing')) setCritical(alert.title)
        }
      }),
    [],
  )
  return (
    <>
      <div className="sr" role="alert" aria-live="assertive">
        {critical}
      </div>
      <div className="sr" role="status" aria-live="polite">
        {`Gateways: ${stateWord(overall)}`}
      </div>
    </>
  )
}
