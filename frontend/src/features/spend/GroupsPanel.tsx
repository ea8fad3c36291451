import { memo, useMemo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Group } from '../../bridge/types'
import { count, money, percent, plural, rate, shortMoney, UNKNOWN } from '../../lib/format'
import { go } from '../../lib/route'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { Bullet, levelOf } from '../../ui/Bullet'
import { Cell, type Column, DataTable, type Sort } from '../../ui/DataTable'
import { Panel } from '../../ui/Panel'
import { Name } from '../../ui/text'
import { AgeChip } from '../connections/AgeChip'
import { useThresholds } from '../settings/useThresholds'
import { GROUP, groupName, limitOf } from './budget'
import css from './SpendPage.module.css'

type By = 'name' | 'used' | 'balance' | 'rate1h' | 'keyCount' | 'updatedAt'

const COLUMNS: readonly Column<By | 'limit'>[] = [
  { key: 'name', head: 'Key group', width: 'minmax(120px, 1.3fr)', sortable: true },
  {
    key: 'used',
    head: 'Used',
    width: 'minmax(120px, 1.5fr)',
    sortable: true,
    hint: 'Share of the balance after the newest top-up, as computed here',
  },
  { key: 'balance', head: 'Left', width: '92px', end: true, sortable: true },
  { key: 'limit', head: 'Of', width: '72px', end: true, hint: 'The balance after the newest top-up' },
  { key: 'rate1h', head: 'Last hour', width: '84px', end: true, sortable: true, hint: 'Dollars an hour' },
  { key: 'keyCount', head: 'Keys', from: 800, width: '56px', end: true, sortable: true },
  { key: 'updatedAt', head: 'Age', from: 700, width: '84px', end: true, sortable: true },
]

/** The prepaid balances that keys share; nothing where a gateway has none. */
export function GroupsPanel({ opened }: { opened: string }) {
  const scope = useScope()
  const [sort, setSort] = useState<Sort<string>>({ by: 'used', down: true })
  const compare = useMemo(() => comparing(sort), [sort])
  const ids = useLive(
    useShallow((live) =>
      Object.values(live.groups)
        .filter((group) => inScope(scope, group))
        .sort(compare)
        .map((group) => group.id),
    ),
  )
  if (ids.length === 0) return null
  return (
    <Panel title="Prepaid balances" aside={plural(ids.length, 'key group')} flush className={css.groups}>
      <DataTable
        label="Prepaid balances"
        columns={COLUMNS}
        ids={ids}
        Row={GroupRow}
        sort={sort}
        onSort={setSort}
        onOpen={(id) => go('spend', opened === GROUP + id ? '' : GROUP + id)}
        opened={opened.startsWith(GROUP) ? opened.slice(GROUP.length) : ''}
        empty={null}
      />
    </Panel>
  )
}

/** One group in the table. It renders when its own group changes. */
const GroupRow = memo(function GroupRow({ id }: { id: string }) {
  const group = useLive((live) => live.groups[id])
  const thresholds = useThresholds()
  if (!group) return null
  const name = groupName(group)
  return (
    <>
      <Cell className={css.keyName}>
        <Name>{name}</Name>
      </Cell>
      <Cell>
        {group.used >= 0 ? (
          <span className={`${css.used} ${css[levelOf(group.used, thresholds)] ?? ''}`}>
            <Bullet small used={group.used} thresholds={thresholds} label={`${name}, balance used`} />
            <b className="num">{percent(group.used)}</b>
          </span>
        ) : (
          <span className="faint">never topped up</span>
        )}
      </Cell>
      <Cell end className="num">
        <span key={group.balance} className={css.flash}>
          {money(group.balance)}
        </span>
      </Cell>
      <Cell end className="num dim">
        {limitOf(group) > 0 ? shortMoney(limitOf(group)) : UNKNOWN}
      </Cell>
      <Cell end className="num">
        {rate(group.rate1h)}
      </Cell>
      <Cell end className="num dim">
        {count(group.keyCount)}
      </Cell>
      <Cell end className="faint">
        <AgeChip of={group} />
      </Cell>
    </>
  )
})

function comparing(sort: Sort<string>): (a: Group, b: Group) => number {
  const by = sort.by as By
  const sign = sort.down ? -1 : 1
  return (a, b) => {
    const order = by === 'name' ? groupName(a).localeCompare(groupName(b)) : a[by] - b[by]
    return order * sign || a.id.localeCompare(b.id)
  }
}
