import { useEffect, useMemo, useState } from 'react'
import { GROUP_OF_ALERTS, go } from '../../lib/route'
import { useFrozen } from '../../live/replay'
import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { NewPill, SearchField, Segments, SmallButton } from '../../ui/controls'
import { type Column, DataTable } from '../../ui/DataTable'
import { shows } from '../../ui/Fact'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Panel } from '../../ui/Panel'
import { useStableOrder } from '../../ui/useStableOrder'
import { AlertLanes } from './AlertLanes'
import { AlertPanel } from './AlertPanel'
import { AlertRow } from './AlertRow'
import { HeldBack } from './HeldBack'
import { categoryWord } from './labels'
import { AcknowledgeForm, SelectionContext, useAlertKeys } from './selection'
import { type AlertBucket, useAlerts } from './useAlerts'
import { useSelecting } from './useSelecting'

const COLUMNS: readonly Column[] = [
  { key: 'severity', head: 'Severity', quiet: true, width: '18px' },
  { key: 'title', head: 'What', width: 'minmax(200px, 3fr)' },
  { key: 'category', head: 'Kind', from: 640, width: '92px' },
  {
    key: 'notified',
    head: 'Told',
    from: 520,
    width: 'minmax(80px, 0.8fr)',
    hint: 'Whether you were notified',
  },
  { key: 'since', head: 'Since', width: '110px', end: true },
]

/** What each bucket says when it is empty. */
const EMPTY: Record<AlertBucket, readonly [string, string]> = {
  open: [
    'No alert is open.',
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
  const [bucket, setBucket] = useState<AlertBucket>('open')
  const [text, setText] = useState('')
  const group = open.startsWith(GROUP_OF_ALERTS) ? open.slice(GROUP_OF_ALERTS.length) : ''
  const all = useAlerts(bucket).filter(
    (alert) => group === '' || group === `${alert.gateway}|${alert.category}`,
  )
  const opened = group ? '' : open
  const sought = text.trim().toLowerCase()
  const ids = useStable(
    all
      .filter((alert) => `${alert.title} ${alert.body}`.toLowerCase().includes(sought))
      .map((alert) => alert.id),
  )
  const calm = useStableOrder(ids)
  // What waits to be shown is not acknowledged: nobody saw it.
  const shown = calm.ids
  const selecting = useSelecting(shown, `${bucket}\u0000${group}\u0000${useScope()}`)
  const { selected, acknowledging } = selecting
  useEscape(selected !== null || acknowledging !== null, selecting.leave)
  const frozen = useFrozen()
  const onKey = useAlertKeys()
  return (
    <PageFrame scroll side={opened ? <AlertPanel id={opened} /> : null}>
      <PageHeader
        title="Alerts"
        actions={<SmallButton onClick={() => go('incidents')}>Older incidents</SmallButton>}
      >
        What needs you, what you know of, and what was held back.
      </PageHeader>
      <AlertLanes />
      <Toolbar>
        <Buckets value={bucket} onChange={setBucket} />
      </Toolbar>
      {/* A line of its own: beside an opened panel it would become one, and the rows would move. */}
      <Toolbar>
        <SearchField label="Find an alert" value={text} onChange={setText} />
        <NewPill waiting={calm.waiting} onShow={calm.release} />
        {bucket === 'open' && shown.length > 0 && !acknowledging ? (
          <>
            <SmallButton aria-pressed={selected !== null} onClick={selecting.turn}>
              Select
            </SmallButton>
            <SmallButton
              onClick={selecting.acknowledge}
              why={frozen ?? (selected?.size === 0 ? 'Nothing is selected.' : undefined)}
            >
              {selected ? `Acknowledge ${selected.size} selected…` : 'Acknowledge all…'}
            </SmallButton>
          </>
        ) : null}
        {group ? (
          <SmallButton onClick={() => go('alerts')}>
            {`Only ${categoryWord(group.split('|')[1] ?? '').toLowerCase()} alerts of one notice: show all`}
          </SmallButton>
        ) : null}
      </Toolbar>
      {acknowledging ? <AcknowledgeForm ids={acknowledging} onClose={selecting.leave} /> : null}
      <SelectionContext value={selecting.selection}>
        <Panel title={BUCKET_NAMES[bucket]} aside={<Hint />} flush>
          <DataTable
            label="Alerts"
            columns={COLUMNS}
            ids={shown}
            Row={AlertRow}
            rowHeight={50}
            onOpen={(id) => go('alerts', opened === id ? '' : id)}
            onKey={onKey}
            opened={opened}
            onPointer={calm.hold}
            empty={
              sought ? (
                <EmptyMessage title="No alert fits.">Change the search to see more.</EmptyMessage>
              ) : (
                <NothingHere bucket={bucket} />
              )
            }
          />
        </Panel>
      </SelectionContext>
    </PageFrame>
  )
}

/** Escape leaves what goes on, as long as it does; what is open above it is closed before. */
function useEscape(on: boolean, leave: () => void): void {
  useEffect(() => {
    if (!on) return
    const onKey = (event: KeyboardEvent) => {
      const above = document.querySelector('[role="menu"], [role="dialog"], aside[aria-label^="Alert"]')
      if (event.key === 'Escape' && !event.defaultPrevented && !above) leave()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [on, leave])
}

/** That a bucket is empty. "Nothing needs you" is said by the sentence on Now alone, which knows more than this list. */
function NothingHere({ bucket }: { bucket: AlertBucket }) {
  const held = useAlerts('held').length
  const [title, about] = EMPTY[bucket]
  if (bucket !== 'open' || held === 0) return <EmptyMessage title={title}>{about}</EmptyMessage>
  return (
    <EmptyMessage title="No alert is open.">
      <HeldBack />
    </EmptyMessage>
  )
}

const BUCKET_NAMES: Record<AlertBucket, string> = {
  open: 'Open',
  acked: 'Acknowledged',
  snoozed: 'Snoozed',
  held: 'Held back',
  noted: 'Noted',
  resolved: 'Resolved',
}

function Buckets({ value, onChange }: { value: AlertBucket; onChange: (bucket: AlertBucket) => void }) {
  const scope = useScope()
  const counts: Record<AlertBucket, number> = {
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
      options={(Object.keys(BUCKET_NAMES) as AlertBucket[]).map((bucket) => ({
        value: bucket,
        label: BUCKET_NAMES[bucket],
        count: counts[bucket],
        fact: shows(`alerts.${bucket}`, scope),
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
