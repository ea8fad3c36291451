import { useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { KeySpend, Live } from '../../bridge/types'
import { plural, rate } from '../../lib/format'
import { go } from '../../lib/route'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { levelOf } from '../../ui/Bullet'
import { NewPill, SearchField, Segments } from '../../ui/controls'
import { type Column, DataTable, type Sort } from '../../ui/DataTable'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, Panel } from '../../ui/Panel'
import { useCalmOrder } from '../../ui/useCalmOrder'
import { CoverageNote } from '../connections/CoverageNote'
import { useThresholds } from '../settings/useThresholds'
import { GROUP, payerOf, usedFor } from './budget'
import { GroupPanel } from './GroupPanel'
import { GroupsPanel } from './GroupsPanel'
import { KeyPanel } from './KeyPanel'
import { KeyRow } from './KeyRow'
import { SpendHeader } from './SpendHeader'
import css from './SpendPage.module.css'
import { TransactionsPanel } from './TransactionsPanel'
import { useSpendTracking } from './useSpendTracking'

type By = 'name' | 'used' | 'total' | 'rate1h' | 'lastModel' | 'updatedAt'
type Which = 'all' | 'alerts' | 'limited' | 'unlimited'

/** What can be seen decides what this page can show; the first is its main matter. */
const TOPICS: readonly string[] = ['spend', 'groups', 'keys']

const COLUMNS: readonly Column<By | 'limit' | 'trend'>[] = [
  { key: 'name', head: 'Key', width: 'minmax(120px, 1.3fr)', sortable: true },
  {
    key: 'used',
    head: 'Used',
    width: 'minmax(120px, 1.5fr)',
    sortable: true,
    hint: 'Share of the limit, as computed here',
  },
  { key: 'total', head: 'Spent', width: '92px', end: true, sortable: true },
  { key: 'limit', head: 'Limit', width: '72px', end: true },
  { key: 'trend', head: 'Trend', quiet: true, width: '16px', hint: 'Trend' },
  {
    key: 'rate1h',
    head: 'Last hour',
    width: '84px',
    end: true,
    sortable: true,
    hint: 'Dollars an hour over the last hour',
  },
  { key: 'lastModel', head: 'Last model', from: 800, width: 'minmax(90px, 1fr)', sortable: true },
  {
    key: 'updatedAt',
    head: 'Age',
    from: 700,
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
  const calm = useCalmOrder(ids)
  return (
    <PageFrame side={open === '' ? null : <Opened id={open} />}>
      <SpendHeader />
      <CoverageNote topics={TOPICS} />
      <Toolbar>
        <WhichKeys value={which} onChange={setWhich} />
        <SearchField label="Find a key" value={text} onChange={setText} />
        <NewPill waiting={calm.waiting} onShow={calm.release} />
        <Learning />
      </Toolbar>
      <div className={css.stack}>
        <GroupsPanel opened={open} />
        <Panel title="Virtual keys" aside={plural(ids.length, 'key')} flush className={css.keys}>
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
        </Panel>
        <TransactionsPanel className={css.transactions} />
      </div>
    </PageFrame>
  )
}

/** What the address names: a group of keys, or a key. */
function Opened({ id }: { id: string }) {
  return id.startsWith(GROUP) ? <GroupPanel id={id.slice(GROUP.length)} /> : <KeyPanel id={id} />
}

function WhichKeys({ value, onChange }: { value: Which; onChange: (which: Which) => void }) {
  const scope = useScope()
  const thresholds = useThresholds()
  const [alerts, limited, unlimited] = useLive(
    useShallow((live) => {
      const keys = Object.values(live.keys).filter((key) => inScope(scope, key))
      const of = (which: Which) => keys.filter((key) => fits(live, key, which, thresholds)).length
      return [of('alerts'), of('limited'), of('unlimited')] as const
    }),
  )
  return (
    <Segments
      label="Which keys"
      value={value}
      onChange={onChange}
      options={[
        { value: 'all', label: 'All' },
        { value: 'alerts', label: 'Above a threshold', count: alerts },
        { value: 'limited', label: 'With a limit', count: limited },
        { value: 'unlimited', label: 'Without', count: unlimited },
      ]}
    />
  )
}

function Learning() {
  const { keys, burnRate } = useSpendTracking()
  if (keys.length === 0 || keys.some((key) => key.rate24h >= 0)) return null
  return (
    <p className={css.learning}>
      <b>Learning.</b> A forecast needs about a day of traffic
      {burnRate < 0 ? '.' : `; showing the last hour's rate: ${rate(burnRate)}.`}
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
  const thresholds = useThresholds()
  const sought = text.trim().toLowerCase()
  return useLive(
    useShallow((live) =>
      Object.values(live.keys)
        .filter((key) => inScope(scope, key) && fits(live, key, which, thresholds))
        .filter(
          (key) => sought === '' || `${key.name} ${key.key} ${key.lastModel}`.toLowerCase().includes(sought),
        )
        .sort(comparing(live, sort))
        .map((key) => key.id),
    ),
  )
}

function fits(
  live: Live,
  key: KeySpend,
  which: Which,
  thresholds: { warning: number; critical: number },
): boolean {
  const limited = key.limit > 0 || (payerOf(live, key)?.used ?? -1) >= 0
  switch (which) {
    case 'all':
      return true
    case 'alerts':
      return ['warning', 'critical'].includes(levelOf(usedFor(live, key), thresholds))
    case 'limited':
      return limited
    case 'unlimited':
      return !limited
  }
}

function comparing(live: Live, sort: Sort<string>): (a: KeySpend, b: KeySpend) => number {
  const by = sort.by as By
  const sign = sort.down ? -1 : 1
  const of = (key: KeySpend) =>
    by === 'name' ? key.name || key.key : by === 'used' ? usedFor(live, key) : key[by]
  return (a, b) => {
    const x = of(a)
    const y = of(b)
    const order = typeof x === 'string' ? x.localeCompare(String(y)) : x - Number(y)
    return order * sign || a.id.localeCompare(b.id)
  }
}
