import { useEffect, useState } from 'react'
import { stateWord, useRealTimeFeatures } from '../features/connections'
import { presentStore } from '../live/store'
import { shows } from '../ui/Fact'

/**
 * Reads out what matters: a new critical alert at once, the state of the
 * connections when it is quiet. Numbers are never read out by themselves.
 */
export function Announcer() {
  const [critical, setCritical] = useState('')
  const { overall } = useRealTimeFeatures()
  useEffect(
    () =>
      presentStore.subscribe((now, before) => {
        if (now.live.alerts === before.live.alerts || before.sync.state === 'loading') return
        for (const alert of Object.values(now.live.alerts)) {
          const was = before.live.alerts[alert.id]
          const news =
            alert.severity === 'critical' &&
            alert.status === 'firing' &&
            !alert.acked &&
            alert.inhibitedBy === ''
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
      <div className="sr" role="status" aria-live="polite" {...shows('gateway.overall')}>
        {`Gateways: ${stateWord(overall)}`}
      </div>
    </>
  )
}
