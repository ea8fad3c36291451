import { bytes, count, latency } from '../../lib/format'
import { go } from '../../lib/route'
import { useLive } from '../../live/store'
import { EmptyMessage } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { Facts, Part, SidePanel } from '../../ui/SidePanel'
import { Clock, TimeAgo } from '../../ui/text'
import { NextTry } from './ConnectionsPage'
import css from './connections.module.css'
import { classWords, stateShape, stateWord, transportWord } from './words'

/** Everything that is known of one connection. */
export function LinkPanel({ id }: { id: string }) {
  const link = useLive((live) => live.links[id])
  const label = useLive((live) => live.gateways[link?.gateway ?? '']?.label)
  const close = () => go('connections')
  if (!link) {
    return (
      <SidePanel label="Hub" title="Hub" onClose={close}>
        <EmptyMessage title="This hub is not open any more." />
      </SidePanel>
    )
  }
  return (
    <SidePanel label={`Hub ${link.hub}`} title={<bdi>{link.hub}</bdi>} onClose={close}>
      <p className={css.panelState}>
        <Shape of={stateShape(link.state)} size={18} label="" />
        <span>
          {stateWord(link.state)} since <Clock at={link.since} />
          <NextTry at={link.nextAt} />
        </span>
      </p>
      {link.cause ? (
        <p className={css.causeBox}>
          {classWords(link.class) ? <b>{classWords(link.class)}. </b> : null}
          <bdi>{link.cause}</bdi>
          {link.attempt > 0 ? <span className="dim"> Attempt {link.attempt}.</span> : null}
        </p>
      ) : null}
      <Part title="Connection">
        <Facts
          rows={[
            ['Gateway', <bdi key="g">{label ?? link.gateway}</bdi>],
            ['Half', link.plane === 'admin' ? 'Admin' : 'Core'],
            ['Transport', transportWord(link.transport)],
            ['Connected', <TimeAgo key="c" at={link.connectedAt} />],
            ['Lost', <TimeAgo key="l" at={link.lostAt} />],
            ['Connections', `${count(link.connects)} since start`],
            ['Resynchronised', `${count(link.resyncs)} times`],
            ['Round trip', latency(link.roundTripMs)],
          ]}
        />
      </Part>
      <Part title="What came">
        <Facts
          rows={[
            ['Events', count(link.events)],
            ['Received', bytes(link.bytes)],
            [
              link.hub === 'rest' ? 'Last answer' : 'Last event',
              <TimeAgo key="e" at={Math.max(link.lastEventAt, link.anyEventAt)} />,
            ],
            ['Last sign of life', <TimeAgo key="r" at={link.lastReceived} />],
            ['Unrecognised', count(link.unrecognised)],
            ['Malformed', count(link.badFrames)],
            ['Given up', `${count(link.dropped)} because Gatewatch was slow`],
          ]}
        />
      </Part>
    </SidePanel>
  )
}
