import { Fragment, useCallback, useId, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { TopicDelivery } from '../../bridge/types'
import { ago } from '../../lib/format'
import { byText } from '../../lib/order'
import { useTicking } from '../../lib/time'
import { liveStore, useLive } from '../../live/store'
import { shows } from '../../ui/Fact'
import { Panel } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { Name } from '../../ui/text'
import css from './delivery.module.css'
import { deliveryLabel, deliveryShape, lastHeard, onlyAnswers, TOPICS, topicName } from './deliveryLabels'

/** What can be seen of each gateway, and how: topics and hubs by gateways. A cell opens its reason. */
export function DeliveryMatrix() {
  const [open, setOpen] = useState('')
  const gateways = useLive(
    useShallow((live) =>
      Object.values(live.gateways)
        .filter((gateway) => Object.values(live.deliveries).some((of) => of.gateway === gateway.id))
        .sort((a, b) => byText(a.label, b.label))
        .map((gateway) => gateway.id),
    ),
  )
  const topics = useLive(
    useShallow((live) => {
      const all = new Set(Object.values(live.deliveries).map((of) => of.topic))
      const known = TOPICS.map(([topic]) => topic).filter((topic) => all.has(topic))
      return [...known, ...[...all].filter((topic) => !known.includes(topic)).sort()]
    }),
  )
  if (gateways.length === 0) return null
  return (
    <Panel title="What can be seen" flush>
      <div className={css.scroll}>
        <table className={css.matrix}>
          <caption className={css.caption}>
            How each topic of each gateway is seen. A cell opens the reason.
          </caption>
          <thead>
            <tr>
              <th scope="col">Topic</th>
              {gateways.map((id) => (
                <th key={id} scope="col">
                  <GatewayName id={id} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {topics.map((topic) => (
              <TopicRow key={topic} topic={topic} gateways={gateways} open={open} onOpen={setOpen} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

function GatewayName({ id }: { id: string }) {
  return <Name>{useLive((live) => live.gateways[id]?.label ?? id)}</Name>
}

function TopicRow({
  topic,
  gateways,
  open,
  onOpen,
}: {
  topic: string
  gateways: readonly string[]
  open: string
  onOpen: (id: string) => void
}) {
  const reasonId = useId()
  const opened = gateways.map((gateway) => `${gateway}/${topic}`).find((id) => id === open)
  return (
    <Fragment>
      <tr>
        <th scope="row">
          <span className={topic.startsWith('hub:') ? 'dim' : undefined}>{topicName(topic)}</span>
        </th>
        {gateways.map((gateway) => (
          <td key={gateway}>
            <Cell
              id={`${gateway}/${topic}`}
              opened={opened === `${gateway}/${topic}`}
              reasonId={reasonId}
              onOpen={onOpen}
            />
          </td>
        ))}
      </tr>
      {opened ? (
        <tr className={css.reasonRow}>
          <td colSpan={gateways.length + 1} id={reasonId}>
            <Reason id={opened} />
          </td>
        </tr>
      ) : null}
    </Fragment>
  )
}

function Cell({
  id,
  opened,
  reasonId,
  onOpen,
}: {
  id: string
  opened: boolean
  reasonId: string
  onOpen: (id: string) => void
}) {
  const of = useLive((live) => live.deliveries[id])
  const answers = useLive((live) => (of ? onlyAnswers(live, of) : false))
  if (!of) return <span className="faint">–</span>
  return (
    <button
      type="button"
      className={css.cell}
      title={of.reason}
      aria-expanded={opened}
      {...shows('delivery.word', id)}
      {...(opened ? { 'aria-controls': reasonId } : {})}
      onClick={() => onOpen(opened ? '' : id)}
    >
      <Shape of={answers ? 'ok' : deliveryShape(of.delivery)} label="" />
      {answers ? 'Connected, only answers' : deliveryLabel(of)}
      {of.delivery === 'pushed' && of.intervalMs > 0 ? (
        <span className="faint">and read every {Math.round(of.intervalMs / 1000)} s</span>
      ) : null}
    </button>
  )
}

/** Why a topic is seen as it is, from what, and how fresh that is. */
function Reason({ id }: { id: string }) {
  const of = useLive((live) => live.deliveries[id])
  const heard = useHeard(of)
  const since = useTicking(
    useCallback((now) => (of && of.since > 0 ? `Found ${ago(now - of.since)}.` : ''), [of]),
  )
  if (!of) return null
  return (
    <p className={css.reason} {...shows('delivery.reason', id)}>
      <bdi>{of.reason || 'The gateway tells this by itself.'}</bdi>
      <span className="faint">
        {heard ? ` ${heard}.` : ''} {since}
      </span>
    </p>
  )
}

function useHeard(of: TopicDelivery | undefined): string {
  return useTicking(useCallback((now) => (of ? lastHeard(liveStore.getState().live, of, now) : ''), [of]))
}
