import { createContext, memo, useContext, useMemo, useState } from 'react'
import type { EventLine } from '../../bridge/types'
import { plural, words } from '../../lib/format'
import { useLive } from '../../live/store'
import { NewPill, SearchField, Segments } from '../../ui/controls'
import { Cell, type Column, DataTable } from '../../ui/DataTable'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Panel } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { Clock } from '../../ui/text'
import { severityShape, severityWord, sourceWords } from '../../ui/things'
import { useCalmOrder } from '../../ui/useCalmOrder'
import css from './events.module.css'
import { SORTS, type Sort } from './sorts'
import { type EventFilter, useEvents } from './useEvents'

const COLUMNS: readonly Column[] = [
  { key: 'severity', head: 'Severity', quiet: true, width: '16px' },
  { key: 'at', head: 'Time', width: '124px' },
  { key: 'text', head: 'What happened', width: 'minmax(220px, 3fr)' },
  { key: 'kind', head: 'Kind', width: '150px' },
  { key: 'source', head: 'Source', from: 820, width: 'minmax(110px, 0.9fr)' },
  { key: 'gateway', head: 'Gateway', from: 720, width: '84px' },
]

const SORT_OPTIONS = (Object.keys(SORTS) as Sort[]).map((sort) => ({ value: sort, label: SORTS[sort][0] }))

type Grave = 'all' | 'warning' | 'critical'

/** What happened, in the order it happened. */
export function EventsPage(_: { open: string }) {
  const [sort, setSort] = useState<Sort>('all')
  const [grave, setGrave] = useState<Grave>('all')
  const [text, setText] = useState('')
  const [atTop, setAtTop] = useState(true)
  const filter = useMemo(
    (): EventFilter => ({
      kinds: SORTS[sort][1],
      severities: grave === 'all' ? [] : grave === 'critical' ? ['critical'] : ['warning', 'critical'],
      text: text.trim(),
    }),
    [sort, grave, text],
  )
  const { events, loadMore, loading, more, error } = useEvents(filter)
  const ids = useMemo(() => events.map((event) => String(event.seq)), [events])
  const bySeq = useMemo(() => new Map(events.map((event) => [String(event.seq), event])), [events])
  const calm = useCalmOrder(ids)
  const narrowed = sort !== 'all' || grave !== 'all' || text !== ''
  return (
    <PageFrame>
      <PageHeader title="Events">
        Everything that was heard, newest first. What cannot be read is listed too.
      </PageHeader>
      <Toolbar>
        <Segments label="Kind" value={sort} onChange={setSort} options={SORT_OPTIONS} />
        <Segments
          label="Severity"
          value={grave}
          onChange={setGrave}
          options={[
            { value: 'all', label: 'Any' },
            { value: 'warning', label: '△ and up' },
            { value: 'critical', label: '⬣ only' },
          ]}
        />
        <SearchField label="Find in events" value={text} onChange={setText} />
        <NewPill waiting={calm.waiting} onShow={calm.release} />
      </Toolbar>
      <Panel
        title="Events"
        aside={
          <span className="num">
            {plural(events.length, 'event')}
            {more ? '+' : ''}
            {loading ? ' · reading' : ''}
          </span>
        }
        flush
        className={css.list}
      >
        {error ? (
          <p className={css.note}>The history cannot be read ({error.message}); what was pushed is shown.</p>
        ) : null}
        <EventsContext value={bySeq}>
          <DataTable
            label="Events"
            columns={COLUMNS}
            ids={calm.ids}
            Row={EventRow}
            rowHeight={30}
            onPointer={(inside) => calm.hold(inside || !atTop)}
            onTop={(top) => {
              setAtTop(top)
              if (!top) calm.hold(true)
            }}
            onEnd={loadMore}
            empty={
              narrowed ? (
                <EmptyMessage title="No event fits.">
                  Change the filter or the search to see more.
                </EmptyMessage>
              ) : (
                <EmptyMessage title="No event yet.">
                  Whatever a gateway tells is listed here, with its source.
                </EmptyMessage>
              )
            }
          />
        </EventsContext>
      </Panel>
    </PageFrame>
  )
}

/** Events by number: those from history are not in the mirror. An event never changes. */
const EventsContext = createContext<ReadonlyMap<string, EventLine>>(new Map())

function EventRow({ id }: { id: string }) {
  const event = useContext(EventsContext).get(id)
  return event ? <EventCells event={event} /> : null
}

const EventCells = memo(function EventCells({ event }: { event: EventLine }) {
  const gateway = useLive((live) => live.gateways[event.gateway]?.label)
  return (
    <>
      <Cell>
        {event.severity === 'info' ? null : (
          <Shape of={severityShape(event.severity)} size={12} label={severityWord(event.severity)} />
        )}
      </Cell>
      <Cell className="dim">
        <Clock at={event.at} />
      </Cell>
      <Cell>
        <bdi title={event.text}>{event.text}</bdi>
      </Cell>
      <Cell className="dim">{words(event.kind)}</Cell>
      <Cell className="faint">{sourceWords(event.source)}</Cell>
      <Cell className="dim">
        <bdi>{gateway ?? event.gateway}</bdi>
      </Cell>
    </>
  )
})
