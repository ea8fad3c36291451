import { useMemo } from 'react'
import type { AlertLine } from '../../bridge/types'
import { clock, duration } from '../../lib/format'
import { go } from '../../lib/route'
import { useNow } from '../../lib/time'
import { shows } from '../../ui/Fact'
import { severityWord } from '../../ui/labels'
import { Panel } from '../../ui/Panel'
import { Said } from '../../ui/text'
import css from './lanes.module.css'
import { byWeight, useAlerts } from './useAlerts'

const DAY = 24 * 3_600_000
const HOUR = 3_600_000
/** So near to an end of the axis there is no room for a label. */
const EDGE = HOUR / 2
const MOST = 7
/** A bar is never narrower: what began just now is seen too. */
const LEAST = '6px'

/** The last 24 hours: a bar per alert from its beginning to its end, hatched where it was held back. */
export function AlertLanes() {
  const alerts = useAlerts()
  const minute = useNow(60_000)
  // What began within this minute is drawn too.
  const now = Math.max(minute, ...alerts.map((alert) => Math.max(alert.since, alert.endedAt)))
  const from = now - DAY
  const lanes = useMemo(
    () =>
      alerts
        .filter((alert) => alert.severity !== 'info' && endOf(alert, now) > from)
        .filter((alert, _, all) => !all.some((other) => isHigherStep(other, alert, now)))
        .sort((a, b) => Number(a.endedAt > 0) - Number(b.endedAt > 0) || byWeight(a, b))
        .slice(0, MOST),
    [alerts, now, from],
  )
  if (lanes.length === 0) return null
  const first = Math.ceil((from + EDGE) / (3 * HOUR)) * 3 * HOUR
  const hours = Array.from({ length: 8 }, (_, i) => first + i * 3 * HOUR).filter((at) => at < now - EDGE)
  const place = (at: number) => `${(Math.max(0, Math.min(DAY, at - from)) / DAY) * 100}%`
  return (
    <Panel title="Last 24 hours" flush>
      <div className={css.lanes}>
        <div className={css.axis} aria-hidden>
          {hours.map((at) => (
            <span key={at} {...shows('axis.time')} style={{ insetInlineStart: place(at) }}>
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
                aria-label={describe(alert, now)}
                {...shows('alert.lane', alert.id)}
                onClick={() => go('alerts', alert.id)}
              >
                <Said className={css.name} title={wasOf(alert)}>
                  {wasOf(alert)}
                </Said>
                <span className={css.track}>
                  {hours.map((at) => (
                    <i key={at} style={{ insetInlineStart: place(at) }} />
                  ))}
                  <span
                    className={`${css.bar} ${css[alert.severity] ?? ''} ${isHeld(alert) ? css.held : ''}`}
                    style={{
                      insetInlineStart: `min(${place(alert.since)}, 100% - ${LEAST})`,
                      width: place(from + endOf(alert, now) - Math.max(alert.since, from)),
                      minWidth: LEAST,
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

/** Whether one alert says more of a budget than another of the same time: one of them is drawn. */
function isHigherStep(a: AlertLine, than: AlertLine, now: number): boolean {
  const same = a.gateway === than.gateway && a.entityKind === than.entityKind && a.entity === than.entity
  const together = a.since <= endOf(than, now) && than.since <= endOf(a, now)
  return same && together && than.rule === 'budget.used' && stepOf(a) > stepOf(than)
}

function stepOf(alert: AlertLine): number {
  if (alert.rule === 'budget.exhausted') return Number.POSITIVE_INFINITY
  return alert.rule === 'budget.used' ? alert.threshold : 0
}

/** What a bar stands for: what was so, and not that it is over. */
const wasOf = (alert: AlertLine): string => alert.was || alert.title

function isHeld(alert: AlertLine): boolean {
  return !alert.notified
}

function describe(alert: AlertLine, now: number): string {
  const until = alert.endedAt > 0 ? `until ${clock(alert.endedAt)}` : 'still open'
  return `${wasOf(alert)}: ${severityWord(alert.severity)}, since ${clock(alert.since)}, ${until}, ${duration(endOf(alert, now) - alert.since)}${isHeld(alert) ? ', held back' : ''}`
}
