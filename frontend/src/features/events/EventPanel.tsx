import type { EventLine } from '../../bridge/types'
import { words } from '../../lib/format'
import { go } from '../../lib/route'
import { useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { eventSourceWords, severityWord } from '../../ui/labels'
import { DetailList, SidePanel } from '../../ui/SidePanel'
import { Clock, Name, Said } from '../../ui/text'
import css from './events.module.css'

/** One event, whole: what the list has no room for, and the change that it is. */
export function EventPanel({ event, onClose }: { event: EventLine; onClose: () => void }) {
  const id = String(event.seq)
  const gateway = useLive((live) => live.gateways[event.gateway]?.label)
  const change = useLive((live) => (live.changes[id]?.at ? id : ''))
  return (
    <SidePanel label="Event" title={<Name>{words(event.kind)}</Name>} onClose={onClose}>
      <p className={css.text}>
        <Said {...shows('event.text', id)}>{event.text}</Said>
      </p>
      {change ? (
        <p>
          <SmallButton onClick={() => go('changes', change)}>Look at the change</SmallButton>
        </p>
      ) : null}
      <DetailList
        rows={[
          ['When', <Clock key="at" at={event.at} fact="event.at" of={id} />],
          ['Severity', severityWord(event.severity)],
          [
            'Kind',
            <span key="k" className="mono">
              {event.kind}
            </span>,
            shows('event.kind', id),
          ],
          ['Source', eventSourceWords(event), shows('event.source', id)],
          event.gateway ? ['Gateway', <Name key="g">{gateway ?? event.gateway}</Name>] : null,
        ]}
      />
    </SidePanel>
  )
}
