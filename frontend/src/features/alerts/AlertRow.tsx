import { memo } from 'react'
import { useLive } from '../../live/store'
import { Tag } from '../../ui/controls'
import { Cell } from '../../ui/DataTable'
import { Shape } from '../../ui/Shape'
import { Name, TimeAgo } from '../../ui/text'
import { severityShape, severityWord } from '../../ui/things'
import css from './alerts.module.css'
import { categoryWord, reasonWords, toldWord } from './words'

/** One alert in the list. */
export const AlertRow = memo(function AlertRow({ id }: { id: string }) {
  const alert = useLive((live) => live.alerts[id])
  if (!alert) return null
  const over = alert.status === 'resolved'
  return (
    <>
      <Cell>
        <Shape
          of={over ? 'ok' : severityShape(alert.severity)}
          label={over ? `Resolved, was ${severityWord(alert.severity)}` : severityWord(alert.severity)}
        />
      </Cell>
      <Cell className={alert.inhibited ? css.dimmed : undefined}>
        <span className={css.title}>
          <Name>{alert.title}</Name>
          {alert.flapping ? <Tag tone="warning">unstable</Tag> : null}
          {alert.stale ? <Tag>not current</Tag> : null}
          {alert.trust === 'contradicted' ? <Tag tone="warning">not confirmed</Tag> : null}
          {alert.status === 'recovering' ? <Tag tone="ok">recovering</Tag> : null}
          {alert.count > 1 ? <Tag>{alert.count} times</Tag> : null}
        </span>
        <span className={css.body}>
          <bdi title={alert.body}>{alert.inhibited ? `Held back by: ${alert.inhibited}` : alert.body}</bdi>
        </span>
      </Cell>
      <Cell className="dim">{categoryWord(alert.category)}</Cell>
      <Cell className="dim">
        <span title={reasonWords(alert.told)}>{toldWord(alert)}</span>
      </Cell>
      <Cell end className="dim">
        <TimeAgo at={over ? alert.endedAt : alert.since} />
      </Cell>
    </>
  )
})
