import { useMemo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { KeySpend, Live } from '../../bridge/types'
import { plural } from '../../lib/format'
import { oncePer } from '../../lib/oncePer'
import { byId, byText } from '../../lib/order'
import { known, rateOf } from '../../lib/reading'
import { go } from '../../lib/route'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { NewPill, SearchField } from '../../ui/controls'
import { type Column, DataTable, type Sort } from '../../ui/DataTable'
import { Fact } from '../../ui/Fact'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, Panel } from '../../ui/Panel'
import { useStableOrder } from '../../ui/useStableOrder'
import { DeliveryNote } from '../connections'
import { useThresholds } from '../settings'
import { GROUP, usedRatioFor } from './budget'
import { CalendarPanel } from './CalendarPanel'
import { WithCurves } from './curves'
import { GroupPanel } from './GroupPanel'
import { GroupsPanel } from './GroupsPanel'
import { KeyPanel } from './KeyPanel'
import { KeyRow } from './KeyRow'
import { SpendHeader } from './SpendHeader'
import css from './SpendPage.module.css'
import { TransactionsPanel } from './TransactionsPanel'
import { useSpendTotals } from './useSpendTracking'
import { fits, type Which, WhichKeys } from './WhichKeys'

type By = 'name' | 'used' | 'total' | 'lastHour' | 'lastModel' | 'updatedAt'

/** What can be seen decides what this page can show; the first is its main matter. */
const TOPICS: readonly string[] = ['spend', 'groups', 'keys']

/** Each shows from the width at which all that show by then have room. */
const COLUMNS: readonly Column<By | 'limit' | 'trend' | 'curve' | 'lasts'>[] = [
  { key: 'name', head: 'Key', width: 'minmax(150px, 1.5fr)', sortable: true },
  {
    key: 'used',
    head: 'Budget used',
    width: 'minmax(170px, 2fr)',
    sortable: true,
    hint: 'Share of its own limit or, where it has none, of the balance of the group that pays',
  },
  { key: 'limit', head: 'Budget', from: 696, width: '72px', end: true },
  {
    key: 'lasts',
    head: 'Lasts until',
    from: 1004,
    width: '104px',
    end: true,
    hint: 'When the limit is likely reached; the key says how sure that is',
  },
  {
    key: 'total',
    head: 'Key spent',
    from: 612,
    width: '108px',
    end: true,
    sortable: true,
    hint: 'By this key alone, in the period that its budget is counted in: since the newest top-up of its group, or since its own limit began',
  },
  { key: 'trend', head: 'Trend', quiet: true, from: 508, width: '16px', hint: 'Trend' },
  {
    key: 'lastHour',
    head: 'Last hour',
    from: 480,
    width: '108px',
    end: true,
    sortable: true,
    hint: 'Spent in the last hour, as far as it was watched',
  },
  { key: 'curve', head: 'Last 24 h', from: 894, width: '84px', hint: 'What was spent in each hour' },
  { key: 'lastModel', head: 'Last model', from: 1114, width: 'minmax(90px, 1fr)', sortable: true },
  {
    key: 'updatedAt',
    head: 'Age',
    from: 794,
    width: '84px',
    end: true,
    sortable: true,
    hint: 'Since the value was told, and by which way',
  },
]

/** Who spends what? */
export function SpendPage({ open }: { open: string }) {
  const [sort, setSort] = useState<Sort<string>>({ by: 'used', down: true })
  const [which, setWhich] = useState<Which>('all')
  const [text, setText] = useState('')
  const ids = useKeyIds(which, text, sort)
  const calm = useStableOrder(ids)
  return (
    <PageFrame scroll side={open === '' ? null : <Opened id={open} />}>
      <SpendHeader brief={open !== ''} />
      <DeliveryNote topics={TOPICS} />
      <Toolbar>
        <WhichKeys value={which} onChange={setWhich} />
        <SearchField label="Find a key" value={text} onChange={setText} />
        <NewPill waiting={calm.waiting} onShow={calm.release} />
        <Learning />
      </Toolbar>
      <GroupsPanel opened={open} />
      <Panel title="Virtual keys" aside={<HowMany ids={ids} />} flush>
        <WithCurves>
          <DataTable
            label="Virtual keys"
            columns={COLUMNS}
            ids={calm.ids}
            Row={KeyRow}
            sort={sort}
            onSort={setSort}
            onOpen={(id) => go('spend', open === id ? '' : id)}
            opened={open}
            onPointer={calm.hold}
            empty={<NoKeys narrowed={text !== '' || which !== 'all'} />}
          />
        </WithCurves>
      </Panel>
      <CalendarPanel />
      <TransactionsPanel />
    </PageFrame>
  )
}

/** What the address names: a group of keys, or a key. */
function Opened({ id }: { id: string }) {
  return id.startsWith(GROUP) ? <GroupPanel id={id.slice(GROUP.length)} /> : <KeyPanel id={id} />
}

const deletedAmong = oncePer(
  (keys: Live['keys'], ids: readonly string[]) => ids.filter((id) => keys[id]?.status === 'deleted').length,
)

/** How many are listed: those that were deleted are not among the gateway's any more. */
function HowMany({ ids }: { ids: readonly string[] }) {
  const gone = useLive((live) => deletedAmong(live.keys, ids))
  return (
    <Fact name="view.keys">{`${plural(ids.length, 'key')}${gone > 0 ? `, ${gone} of them deleted` : ''}`}</Fact>
  )
}

/** Whether there are keys, and none of them is known long enough to say how fast it spends. */
const isLearning = oncePer((all: Live['keys'], forecasts: Live['forecasts'], scope: string) => {
  const keys = Object.values(all).filter((key) => inScope(scope, key))
  if (keys.length === 0 || !keys.every((key) => known(key.rate15m) === null && key.daySpan < 15)) return false
  return !Object.values(forecasts).some(
    (one) => inScope(scope, one) && !['too_little_data', 'no_limit'].includes(one.outcome),
  )
})

function Learning() {
  const burnRate = useSpendTotals().burnRate
  const scope = useScope()
  const learning = useLive((live) => isLearning(live.keys, live.forecasts, scope))
  if (!learning) return null
  return (
    <p className={css.learning}>
      <b>Learning.</b> A forecast needs about a day of traffic
      {known(burnRate) === null ? (
        '.'
      ) : (
        <>
          ; until then there is what is spent of late:{' '}
          <Fact name="gateway.burn" of={scope} is={burnRate}>
            {rateOf(burnRate)}
          </Fact>
          .
        </>
      )}
    </p>
  )
}

function NoKeys({ narrowed }: { narrowed: boolean }) {
  return narrowed ? (
    <EmptyMessage title="No key fits.">Change the filter or the search to see more.</EmptyMessage>
  ) : (
    <EmptyMessage title="No key yet.">
      A key appears when it spends, or when the gateway lists it.
    </EmptyMessage>
  )
}

/** The ids to show, in order; the same list while the order is the same. */
function useKeyIds(which: Which, text: string, sort: Sort<string>): readonly string[] {
  const scope = useScope()
  const thresholdsOf = useThresholds()
  const sought = text.trim().toLowerCase()
  const select = useMemo(() => {
    const by = (live: Live) => (key: KeySpend) => ({ id: key.id, by: sortedBy(live, key, sort.by as By) })
    const sign = sort.down ? -1 : 1
    return oncePer((live: Live) =>
      Object.values(live.keys)
        .filter((key) => inScope(scope, key) && fits(live, key, which, thresholdsOf))
        .filter(
          (key) => sought === '' || `${key.name} ${key.key} ${key.lastModel}`.toLowerCase().includes(sought),
        )
        .map(by(live))
        .sort((a, b) => sign * compare(a, b) || byId(a.id, b.id))
        .map(({ id }) => id),
    )
  }, [scope, which, thresholdsOf, sought, sort])
  return useLive(useShallow(select))
}

/** What a list of keys is sorted by: found once for each, not for each two that are compared. */
function sortedBy(live: Live, key: KeySpend, by: By): string | number {
  switch (by) {
    case 'name':
      return key.name || key.key
    case 'used':
      return usedRatioFor(live, key)
    case 'total':
    case 'lastHour':
      return known(key[by]) ?? -1
    default:
      return key[by]
  }
}

function compare({ by: x }: { by: string | number }, { by: y }: { by: string | number }): number {
  return typeof x === 'string' ? byText(x, String(y)) : x - Number(y)
}
