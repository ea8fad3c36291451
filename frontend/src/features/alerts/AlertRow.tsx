import { memo, useContext } from 'react'
import { percent } from '../../lib/format'
import { now } from '../../lib/time'
import { useLive } from '../../live/store'
import { Tag } from '../../ui/controls'
import { Cell } from '../../ui/DataTable'
import { shows } from '../../ui/Fact'
import { severityShape, severityWord } from '../../ui/labels'
import { Shape } from '../../ui/Shape'
import { Said, TimeAgo } from '../../ui/text'
import css from './alerts.module.css'
import { categoryWord, notifiedLabel, reasonWords } from './labels'
import { SelectionContext } from './selection'

/** One alert in the list. */
export const AlertRow = memo(function AlertRow({ id }: { id: string }) {
  const alert = useLive((live) => live.alerts[id])
  const selection = useContext(SelectionContext)
  if (!alert) return null
  const over = alert.status === 'resolved'
  return (
    <>
      <Cell fact={shows('alert.severity', id)}>
        {selection ? (
          <input
            type="checkbox"
            aria-label={`Select ${alert.title}`}
            checked={selection.ids.has(id)}
            onChange={() => selection.toggle(id)}
            onClick={(event) => event.stopPropagation()}
          />
        ) : (
          <Shape
            of={over ? 'ok' : severityShape(alert.severity)}
            label={over ? `Resolved, was ${severityWord(alert.severity)}` : severityWord(alert.severity)}
          />
        )}
      </Cell>
      <Cell className={alert.inhibitedBy ? css.dimmed : undefined}>
        <span className={css.title}>
          <Said className="name" title={alert.title} {...shows('alert.title', id)}>
            {alert.title}
          </Said>
        </span>
        <span className={css.body}>
          {alert.threshold > 0 ? (
            <Tag fact={shows('alert.threshold', alert.id)}>Threshold {percent(alert.threshold)}</Tag>
          ) : null}
          {alert.flapping ? <Tag tone="warning">unstable</Tag> : null}
          {alert.stale ? (
            <Tag>
              as of <TimeAgo at={alert.updatedAt} fact="alert.updatedAt" of={id} />
            </Tag>
          ) : null}
          {alert.mutedUntil > now() ? <Tag>muted</Tag> : null}
          {alert.trust === 'contradicted' ? <Tag tone="warning">not confirmed</Tag> : null}
          {alert.status === 'recovering' ? <Tag tone="ok">recovering</Tag> : null}
          {alert.count > 1 ? <Tag fact={shows('alert.count', id)}>{alert.count} times</Tag> : null}
          <bdi title={alert.body} {...shows('alert.body', id)}>
            {alert.inhibitedBy ? `Held back by: ${alert.inhibitedBy}` : alert.body}
          </bdi>
        </span>
      </Cell>
      <Cell className="dim">{categoryWord(alert.category)}</Cell>
      <Cell className="dim">
        <span title={reasonWords(alert.notifyReason)} {...shows('alert.told', id)}>
          {notifiedLabel(alert)}
        </span>
      </Cell>
      <Cell end className="dim">
        <TimeAgo
          at={over ? alert.endedAt : alert.since}
          fact={over ? 'alert.endedAt' : 'alert.since'}
          of={id}
        />
      </Cell>
    </>
  )
})
