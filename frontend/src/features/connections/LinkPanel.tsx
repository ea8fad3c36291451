import { bytes, count, latency } from '../../lib/format'
import { go } from '../../lib/route'
import { useLive } from '../../live/store'
import { Fact, shows, unlessNegative } from '../../ui/Fact'
import { EmptyMessage } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { DetailList, DetailSection, SidePanel } from '../../ui/SidePanel'
import { Clock, Name, TimeAgo } from '../../ui/text'
import css from './connections.module.css'
import { classWords, hubName, stateShape, stateWord, transportWord } from './labels'
import { NextTry } from './NextTry'

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
    <SidePanel label={`Hub ${hubName(link.hub)}`} title={<Name>{hubName(link.hub)}</Name>} onClose={close}>
      <p className={css.panelState}>
        <Shape of={stateShape(link.state)} size={18} label="" />
        <span>
          <Fact name="link.state" of={id}>
            {stateWord(link.state)}
          </Fact>{' '}
          since <Clock at={link.since} fact="link.since" of={id} />
          <NextTry at={link.nextAt} />
        </span>
      </p>
      {link.cause ? (
        <p className={css.causeBox} {...shows('link.cause', id)}>
          {classWords(link.class) ? <b>{classWords(link.class)}. </b> : null}
          <bdi>{link.cause}</bdi>
          {link.attempt > 0 ? <span className="dim"> Attempt {link.attempt}.</span> : null}
        </p>
      ) : null}
      <DetailSection title="Connection">
        <DetailList
          rows={[
            ['Gateway', <Name key="g">{label ?? link.gateway}</Name>],
            ['Half', link.plane === 'admin' ? 'Admin' : 'Core'],
            ['Transport', transportWord(link.transport), shows('link.transport', id)],
            ['Connected', <TimeAgo key="c" at={link.connectedAt} fact="link.connectedAt" of={id} />],
            ['Lost', <TimeAgo key="l" at={link.lostAt} fact="link.lostAt" of={id} />],
            ['Connections', `${count(link.connects)} since start`, shows('link.connects', id)],
            ['Resynchronised', `${count(link.resyncs)} times`, shows('link.resyncs', id)],
            [
              'Round trip',
              latency(link.roundTripMs),
              shows('link.roundTrip', id, unlessNegative(link.roundTripMs)),
            ],
          ]}
        />
      </DetailSection>
      <DetailSection title="What came">
        <DetailList
          rows={[
            ['Events', count(link.events), shows('link.events', id)],
            ['Received', bytes(link.bytes), shows('link.bytes', id)],
            [
              link.hub === 'rest' ? 'Last answer' : 'Last event',
              <TimeAgo
                key="e"
                at={Math.max(link.lastEventAt, link.anyEventAt)}
                fact="link.lastEventAt"
                of={id}
              />,
            ],
            [
              'Last sign of life',
              <TimeAgo key="r" at={link.lastReceived} fact="link.lastReceived" of={id} />,
            ],
            ['Unrecognised', count(link.unrecognised), shows('link.unrecognised', id)],
            ['Malformed', count(link.badFrames), shows('link.malformed', id)],
            ['Given up', `${count(link.dropped)} because Gatewatch was slow`, shows('link.dropped', id)],
          ]}
        />
      </DetailSection>
    </SidePanel>
  )
}
