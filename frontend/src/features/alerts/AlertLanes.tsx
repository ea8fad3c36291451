import { useMemo } from 'react'
import type { AlertLine } from '../../bridge/types'
import { clock, duration } from '../../lib/format'
import { go } from '../../lib/route'
import { useNow } from '../../lib/time'
import { Panel } from '../../ui/Panel'
import { severityWord } from '../../ui/things'
import css from './lanes.module.css'
import { byWeight, useAlerts } from './useAlerts'

const DAY = 24 * 3_600_000
const HOUR = 3_600_000
const MOST = 7

/** The last 24 hours: a bar per alert from its beginning to its end, hatched where it was held back. */
export function AlertLanes() {
  const alerts = useAlerts()
  const now = useNow(60_000)
  const from = now - DAY
  const lanes = useMemo(
    () =>
      alerts
        .filter((alert) => alert.severity !== 'info' && endOf(alert, now) > from)
        .sort((a, b) => Number(a.endedAt > 0) - Number(b.endedAt > 0) || byWeight(a, b))
        .slice(0, MOST),
    [alerts, now, from],
  )
  if (lanes.length === 0) return null
  const hours = Array.from({ length: 8 }, (_, i) => Math.ceil(from / (3 * HOUR)) * 3 * HOUR + i * 3 * HOUR)
  const place = (at: number) => `${(Math.max(0, Math.min(DAY, at - from)) / DAY) * 100}%`
  return (
    <Panel title="Last 24 hours" flush>
      <div className={css.lanes}>
        <div className={css.axis} aria-hidden>
          {hours.map((at) => (
            <span key={at} style={{ insetInlineStart: place(at) }}>
              {clock(at, at)}
            </span>
          ))}
        </div>
        <ul>
          {lanes.map((alert) => (
            <li key={alert.id}>
              <button
                type="button"
                className={css.lane}
                aria-label={say(alert, now)}
                onClick={() => go('alerts', alert.id)}
              >
                <bdi className={css.name}>{alert.title}</bdi>
                <span className={css.track}>
                  <span
                    className={`${css.bar} ${css[alert.severity] ?? ''} ${isHeld(alert) ? css.held : ''}`}
                    style={{
                      insetInlineStart: place(alert.since),
                      width: `calc(${place(from + endOf(alert, now) - Math.max(alert.since, from))} + 4px)`,
                    }}
                  />
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  )
}

function endOf(alert: AlertLine, now: number): number {
  return alert.endedAt > 0 ? alert.endedAt : now
}

function isHeld(alert: AlertLine): boolean {
  return alert.toldAt === 0
}

function say(alert: AlertLine, now: number): string {
  const until = alert.endedAt > 0 ? `until ${clock(alert.endedAt)}` : 'still open'
  return `${alert.title}: ${severityWord(alert.severity)}, since ${clock(alert.since)}, ${until}, ${duration(endOf(alert, now) - alert.since)}${isHeld(alert) ? ', held back' : ''}`
}
