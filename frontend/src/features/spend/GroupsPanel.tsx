import { memo, useMemo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Group } from '../../bridge/types'
import { count, percent, plural, shortMoney, UNKNOWN } from '../../lib/format'
import { byId, byText } from '../../lib/order'
import { known, moneyOf, order as orderOf, why } from '../../lib/reading'
import { go } from '../../lib/route'
import { GatewayHint } from '../../live/GatewayHint'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { Bullet, levelOf } from '../../ui/Bullet'
import { Cell, type Column, DataTable, type Sort } from '../../ui/DataTable'
import { Fact, shows } from '../../ui/Fact'
import { Panel } from '../../ui/Panel'
import { Name } from '../../ui/text'
import { AgeChip } from '../connections'
import { useThresholds } from '../settings'
import { GROUP, groupName, limitOf, unsharedWords } from './budget'
import { forecastId, lastsUntil } from './forecast'
import css from './SpendPage.module.css'

type By = 'name' | 'usedRatio' | 'balance' | 'lastHour' | 'keyCount' | 'updatedAt'

const COLUMNS: readonly Column<By | 'limit' | 'lasts'>[] = [
  { key: 'name', head: 'Key group', width: 'minmax(120px, 1.3fr)', sortable: true },
  {
    key: 'usedRatio',
    head: 'Used',
    width: 'minmax(120px, 1.5fr)',
    sortable: true,
    hint: 'Share of the balance after the newest top-up, as computed here',
  },
  { key: 'balance', head: 'Left', width: '92px', end: true, sortable: true },
  {
    key: 'limit',
    head: 'Of',
    from: 468,
    width: '72px',
    end: true,
    hint: 'The balance after the newest top-up',
  },
  {
    key: 'lasts',
    head: 'Lasts until',
    from: 804,
    width: '104px',
    end: true,
    hint: 'When the balance is likely used up; the group says how sure that is',
  },
  {
    key: 'lastHour',
    head: 'Last hour',
    from: 588,
    width: '108px',
    end: true,
    sortable: true,
    hint: 'Spent in the last hour, as far as it was watched',
  },
  { key: 'keyCount', head: 'Keys', from: 874, width: '56px', end: true, sortable: true },
  { key: 'updatedAt', head: 'Age', from: 724, width: '84px', end: true, sortable: true },
]

/** The prepaid balances that keys share; nothing where a gateway has none. */
export function GroupsPanel({ opened }: { opened: string }) {
  const scope = useScope()
  const [sort, setSort] = useState<Sort<string>>({ by: 'usedRatio', down: true })
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
    <Panel
      title="Prepaid balances"
      aside={<Fact name="view.groups">{plural(ids.length, 'key group')}</Fact>}
      flush
    >
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
  const forecast = useLive((live) => live.forecasts[forecastId('group', id)])
  const thresholdsOf = useThresholds()
  if (!group) return null
  const thresholds = thresholdsOf({ gateway: group.gateway, group: group.group })
  const name = groupName(group)
  const used = known(group.usedRatio)
  return (
    <>
      <Cell className={css.keyName}>
        <Name>{name}</Name>
        <GatewayHint of={group} among="groups" />
      </Cell>
      <Cell>
        {used !== null ? (
          <span className={`${css.used} ${css[levelOf(used, thresholds)] ?? ''}`}>
            <Bullet
              small
              used={used}
              thresholds={thresholds}
              label={`${name}, balance used`}
              fact={shows('group.share', id, group.usedRatio)}
            />
            <b className="num" {...shows('group.share', id, group.usedRatio)}>
              {percent(used)}
            </b>
          </span>
        ) : (
          <span className="faint" title={why(group.usedRatio)} {...shows('group.share', id, group.usedRatio)}>
            {unsharedWords(group)}
          </span>
        )}
      </Cell>
      <Cell end className="num">
        <span
          key={known(group.balance)}
          className={css.flash}
          title={why(group.balance)}
          {...shows('group.balance', id, group.balance)}
        >
          {moneyOf(group.balance)}
        </span>
      </Cell>
      <Cell end className="num dim" fact={shows('group.limit', id, limitOf(group))}>
        {moneyOf(limitOf(group), shortMoney)}
      </Cell>
      <Cell end className="num dim">
        <span title={forecast?.range} {...shows('forecast.lasts', id)}>
          {lastsUntil(forecast) || UNKNOWN}
        </span>
      </Cell>
      <Cell end className="num" fact={shows('group.lastHour', id, group.lastHour)}>
        {known(group.lastHour) === null ? UNKNOWN : moneyOf(group.lastHour)}
      </Cell>
      <Cell end className="num dim" fact={shows('group.keyCount', id)}>
        {count(group.keyCount)}
      </Cell>
      <Cell end className="faint">
        <AgeChip of={group} fact="group.updatedAt" id={group.id} />
      </Cell>
    </>
  )
})

function comparing(sort: Sort<string>): (a: Group, b: Group) => number {
  const by = sort.by as By
  const sign = sort.down ? -1 : 1
  return (a, b) => {
    const order = by === 'name' ? byText(groupName(a), groupName(b)) : orderOf(a[by], b[by])
    return order * sign || byId(a.id, b.id)
  }
}
