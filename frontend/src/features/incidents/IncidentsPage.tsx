import { createContext, memo, useContext, useMemo, useState } from 'react'
import { useIncidents } from '../../bridge/queries'
import type { IncidentLine } from '../../bridge/types'
import { duration, plural } from '../../lib/format'
import { go } from '../../lib/route'
import { useNow } from '../../lib/time'
import { useScope } from '../../live/scope'
import { SearchField, Segments, Tag } from '../../ui/controls'
import { Cell, type Column, DataTable } from '../../ui/DataTable'
import { DateField } from '../../ui/DateField'
import { shows } from '../../ui/Fact'
import { severityShape, severityWord } from '../../ui/labels'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Panel } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { Clock, Said } from '../../ui/text'
import { categoryWord } from '../alerts'
import { dayOf, SPANS, type Span } from './days'
import { IncidentStory } from './IncidentStory'
import css from './incidents.module.css'

const COLUMNS: readonly Column[] = [
  { key: 'severity', head: 'Severity', quiet: true, width: '18px' },
  { key: 'title', head: 'What', width: 'minmax(220px, 3fr)' },
  { key: 'category', head: 'Kind', from: 640, width: '86px' },
  { key: 'told', head: 'Told', from: 520, width: '96px', hint: 'How often you were notified of it' },
  { key: 'since', head: 'Began', width: '124px' },
  { key: 'lasted', head: 'Lasted', width: '116px', end: true },
]

/** More than anybody reads through; the search finds what is older. */
const MOST = 500
const MINUTE = 60_000

/** What hung together, in all of the history. */
export function IncidentsPage({ open }: { open: string }) {
  return open ? <IncidentStory key={open} id={open} /> : <IncidentList />
}

function IncidentList() {
  const [span, setSpan] = useState<Span>('week')
  const [only, setOnly] = useState<'all' | 'open'>('all')
  const [text, setText] = useState('')
  const [dates, setDates] = useState({ from: '', to: '' })
  const scope = useScope()
  const now = useNow(MINUTE)
  const days = SPANS[span].days
  const query = {
    gateway: scope,
    text: text.trim(),
    from: span === 'dates' ? dayOf(dates.from) : days > 0 ? now - days * 24 * 60 * MINUTE : 0,
    to: span === 'dates' ? dayOf(dates.to, 1) : 0,
    open: only === 'open',
    limit: MOST,
  }
  const found = useIncidents(query)
  const list = found.data ?? []
  const byId = useMemo(() => new Map(list.map((one) => [one.id, one])), [list])
  const ids = useMemo(() => list.map((one) => one.id), [list])
  return (
    <PageFrame>
      <PageHeader title="Incidents">
        What hung together, as far back as the history goes: when, what was told, and how it ended.
      </PageHeader>
      <Toolbar>
        <Segments
          label="Which incidents"
          value={only}
          onChange={setOnly}
          options={[
            { value: 'all', label: 'All' },
            { value: 'open', label: 'Open' },
          ]}
        />
        <Segments
          label="Which time"
          value={span}
          onChange={setSpan}
          options={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: SPANS[value].name }))}
        />
        {span === 'dates' ? (
          <>
            <DateField
              type="date"
              label="From"
              value={dates.from}
              onChange={(from) => setDates({ ...dates, from })}
            />
            <DateField
              type="date"
              label="To"
              value={dates.to}
              onChange={(to) => setDates({ ...dates, to })}
            />
          </>
        ) : null}
        <SearchField label="Find an incident" value={text} onChange={setText} />
      </Toolbar>
      <Panel
        title="Incidents"
        aside={
          <span className="num" {...shows('incidents.count', scope)}>
            {!found.data
              ? found.error
                ? ''
                : 'reading'
              : `${plural(list.length, 'incident')}${list.length === MOST ? '+' : ''}`}
          </span>
        }
        flush
        className={css.list}
      >
        {found.error ? <p className={css.note}>{found.error.message}</p> : null}
        <Known value={byId}>
          <DataTable
            label="Incidents"
            columns={COLUMNS}
            ids={ids}
            Row={IncidentRow}
            rowHeight={40}
            onOpen={(id) => go('incidents', id)}
            empty={
              found.data ? (
                <EmptyMessage title="No incident fits.">
                  Choose a longer time, or change the search, to see more.
                </EmptyMessage>
              ) : found.error ? (
                <EmptyMessage title="The history cannot be read." />
              ) : (
                <EmptyMessage title="The history is being read." />
              )
            }
          />
        </Known>
      </Panel>
    </PageFrame>
  )
}

/** Incidents by id: they are answers of the history, not of the mirror. */
const Known = createContext<ReadonlyMap<string, IncidentLine>>(new Map())

function IncidentRow({ id }: { id: string }) {
  const one = useContext(Known).get(id)
  return one ? <IncidentCells of={one} /> : null
}

/** The cells of one incident: an answer that says the same of it renders nothing. */
const IncidentCells = memo(function IncidentCells({ of: one }: { of: IncidentLine }) {
  const { id } = one
  const over = one.endedAt > 0
  return (
    <>
      <Cell>
        <Shape
          of={over ? 'ok' : severityShape(one.severity)}
          label={over ? `Over, was ${severityWord(one.severity)}` : severityWord(one.severity)}
        />
      </Cell>
      <Cell>
        <span className={css.title}>
          <Said className="name" title={one.title} {...shows('alert.title', id)}>
            {one.title}
          </Said>
          {one.alerts > 1 ? (
            <Tag>
              <span {...shows('incident.alerts', id)}>{plural(one.alerts, 'alert')}</span>
            </Tag>
          ) : null}
        </span>
      </Cell>
      <Cell className="dim">{categoryWord(one.category)}</Cell>
      <Cell className="dim" fact={shows('incident.told', id)}>
        {one.notified === 0
          ? one.inWindow > 0
            ? 'In the window'
            : one.kept
              ? 'Not told'
              : 'Not kept'
          : one.notified === 1
            ? 'Told'
            : `Told ${one.notified} times`}
      </Cell>
      <Cell className="dim">
        <Clock at={one.since} fact="incident.since" of={id} />
      </Cell>
      <Cell end className="dim" fact={shows('incident.lasted', id)}>
        {over ? duration(one.endedAt - one.since) : 'still open'}
      </Cell>
    </>
  )
})
