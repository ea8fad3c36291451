import { createContext, memo, useContext, useMemo, useRef, useState } from 'react'
import type { EventLine } from '../../bridge/types'
import { plural, words } from '../../lib/format'
import { useNow } from '../../lib/time'
import { useScope } from '../../live/scope'
import { liveStore, useLive } from '../../live/store'
import { NewPill, SearchField, Segments } from '../../ui/controls'
import { Cell, type Column, DataTable } from '../../ui/DataTable'
import { DateField } from '../../ui/DateField'
import { shows } from '../../ui/Fact'
import { eventSourceWords, severityShape, severityWord } from '../../ui/labels'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Panel } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { Clock, Said } from '../../ui/text'
import { useStableOrder } from '../../ui/useStableOrder'
import { ExportButton } from '../export'
import { CATEGORIES, type Category } from './categories'
import { EventPanel } from './EventPanel'
import css from './events.module.css'
import { momentOf, RANGES, type Range, type Search, searchFrom } from './range'
import { SavedSearches } from './SavedSearches'
import { parseSearch } from './search'
import { type EventFilter, queryOf, useEvents } from './useEvents'

const COLUMNS: readonly Column[] = [
  { key: 'severity', head: 'Severity', quiet: true, width: '16px' },
  { key: 'at', head: 'Time', width: '124px' },
  { key: 'text', head: 'What happened', width: 'minmax(220px, 3fr)' },
  { key: 'kind', head: 'Kind', width: '150px' },
  { key: 'source', head: 'Source', from: 820, width: 'minmax(110px, 0.9fr)' },
  { key: 'gateway', head: 'Gateway', from: 720, width: '84px' },
]

const CATEGORY_OPTIONS = (Object.keys(CATEGORIES) as Category[]).map((category) => ({
  value: category,
  label: CATEGORIES[category][0],
}))

type Grave = 'all' | 'warning' | 'critical'

/** What happened, in the order it happened. */
export function EventsPage({ open }: { open: string }) {
  return <EventList key={open} open={open} />
}

function EventList({ open }: { open: string }) {
  const [category, setCategory] = useState<Category>('all')
  const [grave, setGrave] = useState<Grave>('all')
  const [search, setSearch] = useState(() => searchFrom(open))
  const [atTop, setAtTop] = useState(true)
  const scope = useScope()
  const filter = useFilter(category, grave, search)
  const { events, loadMore, loading, more, error } = useEvents(filter)
  const ids = useMemo(() => events.map((event) => String(event.seq)), [events])
  const bySeq = useMemo(() => new Map(events.map((event) => [String(event.seq), event])), [events])
  const calm = useStableOrder(ids)
  const [opened, setOpened] = useState('')
  const shown = useShownEvent(bySeq, opened)
  const narrowed = category !== 'all' || grave !== 'all' || search.text !== '' || search.range !== 'ever'
  return (
    <PageFrame side={shown ? <EventPanel event={shown} onClose={() => setOpened('')} /> : null}>
      <PageHeader
        title="Events"
        actions={
          <ExportButton
            what={{ incident: '', events: { ...queryOf(filter, scope), before: 0, limit: 1 } }}
            formats={EVENT_FORMATS}
          />
        }
      >
        Everything that was heard, newest first. What cannot be read is listed too.
      </PageHeader>
      <Toolbar>
        <Segments label="Kind" value={category} onChange={setCategory} options={CATEGORY_OPTIONS} />
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
        <Segments
          label="Which time"
          value={search.range}
          onChange={(range) => setSearch({ ...search, range })}
          options={(Object.keys(RANGES) as Range[]).map((value) => ({ value, label: RANGES[value].name }))}
        />
        {search.range === 'dates' ? (
          <>
            <DateField
              type="datetime-local"
              label="From"
              value={search.from}
              onChange={(from) => setSearch({ ...search, from })}
            />
            <DateField
              type="datetime-local"
              label="To"
              value={search.to}
              onChange={(to) => setSearch({ ...search, to })}
            />
          </>
        ) : null}
        <SearchField
          label="Find in events"
          hint="Words, and key: provider: task: kind: sev:"
          value={search.text}
          onChange={(text) => setSearch({ ...search, text })}
        />
        <SavedSearches search={search} onChoose={setSearch} />
        <NewPill waiting={calm.waiting} onShow={calm.release} />
      </Toolbar>
      <Panel
        title="Events"
        aside={
          <span className="num" {...shows('view.events')}>
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
            onOpen={(id) => setOpened(opened === id ? '' : id)}
            opened={opened}
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

const EVENT_FORMATS = ['csv', 'json', 'md', 'html'] as const

/** Everything that the list is narrowed by, the same object while it says the same. */
function useFilter(category: Category, grave: Grave, search: Search): EventFilter {
  const { back } = RANGES[search.range]
  const minute = useNow(60_000)
  const begins = back > 0 ? minute - back : 0
  // Names of keys and providers are looked up when the words are typed, not with every push.
  return useMemo(() => {
    const sought = parseSearch(search.text, liveStore.getState().live)
    const kinds = CATEGORIES[category][1]
    return {
      ...sought,
      kinds: both(kinds, sought.kinds),
      severities: both(GRAVE[grave], sought.severities),
      from: search.range === 'dates' ? momentOf(search.from) : begins,
      to: search.range === 'dates' ? momentOf(search.to) : 0,
    }
  }, [category, grave, search, begins])
}

const GRAVE: Record<Grave, readonly string[]> = {
  all: [],
  warning: ['warning', 'critical'],
  critical: ['critical'],
}

/** What two choices leave; an empty one leaves all. Two that have nothing in common leave what is nowhere. */
function both(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 0 || b.length === 0) return [...a, ...b]
  const common = a.filter((one) => b.includes(one))
  return common.length > 0 ? common : ['none']
}

/** The event that is opened: it stays, also when the list drops it. */
function useShownEvent(bySeq: ReadonlyMap<string, EventLine>, opened: string): EventLine | null {
  const kept = useRef<EventLine | null>(null)
  kept.current =
    opened === '' ? null : (bySeq.get(opened) ?? (String(kept.current?.seq) === opened ? kept.current : null))
  return kept.current
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
        <Clock at={event.at} fact="event.at" of={String(event.seq)} />
      </Cell>
      <Cell>
        <Said title={event.text} {...shows('event.text', String(event.seq))}>
          {event.text}
        </Said>
      </Cell>
      <Cell className="dim" fact={shows('event.kind', String(event.seq))}>
        {words(event.kind)}
      </Cell>
      <Cell className="faint" fact={shows('event.source', String(event.seq))}>
        {eventSourceWords(event)}
      </Cell>
      <Cell className="dim">
        <bdi {...shows('name')}>{gateway ?? event.gateway}</bdi>
      </Cell>
    </>
  )
})
