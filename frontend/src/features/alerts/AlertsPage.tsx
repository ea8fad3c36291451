import { useMemo, useState } from 'react'
import { useAct } from '../../bridge/act'
import { go } from '../../lib/route'
import { useLive } from '../../live/store'
import { NewPill, SearchField, Segments } from '../../ui/controls'
import { type Column, DataTable } from '../../ui/DataTable'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Panel } from '../../ui/Panel'
import { useCalmOrder } from '../../ui/useCalmOrder'
import { AlertLanes } from './AlertLanes'
import { AlertPanel } from './AlertPanel'
import { AlertRow } from './AlertRow'
import css from './alerts.module.css'
import { type Pile, useAlerts } from './useAlerts'

const COLUMNS: readonly Column[] = [
  { key: 'severity', head: 'Severity', quiet: true, width: '18px' },
  { key: 'title', head: 'What', width: 'minmax(200px, 3fr)' },
  { key: 'category', head: 'Kind', from: 640, width: '92px' },
  { key: 'told', head: 'Told', from: 520, width: 'minmax(80px, 0.8fr)', hint: 'Whether you were notified' },
  { key: 'since', head: 'Since', width: '110px', end: true },
]

/** What each pile says when it is empty. */
const EMPTY: Record<Pile, readonly [string, string]> = {
  open: [
    'Nothing needs you.',
    'An alert appears here when a budget, a provider, a task or a connection needs a look.',
  ],
  acked: [
    'Nothing is acknowledged.',
    'An acknowledged alert is not repeated; it stays here until it is over.',
  ],
  snoozed: ['Nothing is snoozed.', 'A snoozed alert comes back by itself when its time is over.'],
  held: ['Nothing is held back.', 'Alerts that something weightier explains wait here.'],
  noted: ['Nothing to note.', 'What is only for information is listed here; it is never counted as a need.'],
  resolved: ['Nothing was resolved lately.', 'What is over stays here for a while.'],
}

/** What, since when, told or held back? */
export function AlertsPage({ open }: { open: string }) {
  const [pile, setPile] = useState<Pile>('open')
  const [text, setText] = useState('')
  const act = useAct()
  const all = useAlerts(pile)
  const sought = text.trim().toLowerCase()
  const ids = useStable(
    all
      .filter((alert) => `${alert.title} ${alert.body}`.toLowerCase().includes(sought))
      .map((alert) => alert.id),
  )
  const calm = useCalmOrder(ids)
  const onKey = (key: string, id: string) => {
    if (key === 'a') void act((b) => b.Alerts.Acknowledge(id, ''), 'Acknowledged.')
    if (key === 's') void act((b) => b.Alerts.Snooze(id, 60, false), 'Snoozed for an hour.')
  }
  return (
    <PageFrame side={open ? <AlertPanel id={open} /> : null}>
      <PageHeader title="Alerts">What needs you, what you know of, and what was held back.</PageHeader>
      <AlertLanes />
      <Toolbar>
        <Piles value={pile} onChange={setPile} />
        <SearchField label="Find an alert" value={text} onChange={setText} />
        <NewPill waiting={calm.waiting} onShow={calm.release} />
      </Toolbar>
      <Panel title={PILE_NAMES[pile]} aside={<Hint />} flush className={css.list}>
        <DataTable
          label="Alerts"
          columns={COLUMNS}
          ids={calm.ids}
          Row={AlertRow}
          rowHeight={50}
          onOpen={(id) => go('alerts', open === id ? '' : id)}
          onKey={onKey}
          opened={open}
          onPointer={calm.hold}
          empty={
            sought ? (
              <EmptyMessage title="No alert fits.">Change the search to see more.</EmptyMessage>
            ) : (
              <EmptyMessage title={EMPTY[pile][0]}>{EMPTY[pile][1]}</EmptyMessage>
            )
          }
        />
      </Panel>
    </PageFrame>
  )
}

const PILE_NAMES: Record<Pile, string> = {
  open: 'Open',
  acked: 'Acknowledged',
  snoozed: 'Snoozed',
  held: 'Held back',
  noted: 'Noted',
  resolved: 'Resolved',
}

function Piles({ value, onChange }: { value: Pile; onChange: (pile: Pile) => void }) {
  const counts: Record<Pile, number> = {
    open: useAlerts('open').length,
    acked: useAlerts('acked').length,
    snoozed: useAlerts('snoozed').length,
    held: useAlerts('held').length,
    noted: useAlerts('noted').length,
    resolved: useAlerts('resolved').length,
  }
  return (
    <Segments
      label="Which alerts"
      value={value}
      onChange={onChange}
      options={(Object.keys(PILE_NAMES) as Pile[]).map((pile) => ({
        value: pile,
        label: PILE_NAMES[pile],
        count: counts[pile],
      }))}
    />
  )
}

function Hint() {
  const some = useLive((live) => Object.keys(live.alerts).length > 0)
  return some ? <span className="faint">A acknowledges, S snoozes</span> : null
}

/** The same list as long as it says the same. */
function useStable(ids: readonly string[]): readonly string[] {
  const key = ids.join('\u0000')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the list
  return useMemo(() => ids, [key])
}
