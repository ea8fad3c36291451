import { useShallow } from 'zustand/react/shallow'
import type { Group } from '../../bridge/types'
import { count, money, percent, rate, shortMoney, UNKNOWN } from '../../lib/format'
import { go } from '../../lib/route'
import { useLive } from '../../live/store'
import { Bullet } from '../../ui/Bullet'
import { EmptyMessage } from '../../ui/Panel'
import { Facts, Part, SidePanel } from '../../ui/SidePanel'
import { Name } from '../../ui/text'
import { sourceWords } from '../../ui/things'
import { AgeChip } from '../connections/AgeChip'
import { useThresholds } from '../settings/useThresholds'
import { groupName, limitOf, spentOf } from './budget'
import css from './SpendPage.module.css'
import { TrendMark } from './TrendMark'

/** One key group: how much of its balance is used, what was not for a logged request, and by which keys. */
export function GroupPanel({ id }: { id: string }) {
  const group = useLive((live) => live.groups[id])
  const thresholds = useThresholds()
  const close = () => go('spend')
  if (!group) {
    return (
      <SidePanel label="Key group" title="Key group" onClose={close}>
        <EmptyMessage title="This group is not known any more." />
      </SidePanel>
    )
  }
  const name = groupName(group)
  return (
    <SidePanel label={`Key group ${name}`} title={<Name>{name}</Name>} onClose={close}>
      <div>
        <div className={`${css.big} num`}>
          {money(spentOf(group))}
          <small>
            {group.used >= 0
              ? `of ${shortMoney(limitOf(group))} · ${percent(group.used)} used`
              : 'it was never topped up'}
          </small>
        </div>
        {group.used >= 0 ? (
          <div className={css.meter}>
            <Bullet used={group.used} thresholds={thresholds} label={`${name}, balance used`} />
          </div>
        ) : null}
      </div>
      {group.epoch === '' && group.credits > 0 ? (
        <p className="dim">Of all that was ever paid in: its transactions were not read yet.</p>
      ) : null}
      <GroupFacts of={group} />
      <Part title="Its keys">
        <GroupKeys of={group} />
      </Part>
    </SidePanel>
  )
}

function GroupFacts({ of: group }: { of: Group }) {
  return (
    <Facts
      rows={[
        ['Left', money(group.balance)],
        ['Last 15 min', rate(group.rate15m)],
        [
          'Last hour',
          <span key="rate">
            {rate(group.rate1h)} <TrendMark trend={group.trend} />
          </span>,
        ],
        ['Last 24 h', group.rate24h < 0 ? 'not known yet' : rate(group.rate24h)],
        group.other >= 0 ? ['Not in the request log', money(group.other)] : null,
        ['Paid in, ever', money(group.credits)],
        ['Spent, ever', money(group.spent)],
        ['Keys', count(group.keyCount)],
        [
          'Source',
          <span key="source">
            {sourceWords(group.source)}, <AgeChip of={group} />
          </span>,
        ],
        [
          'Id',
          <bdi key="id" className="mono">
            {group.group}
          </bdi>,
        ],
      ]}
    />
  )
}

function GroupKeys({ of: group }: { of: Group }) {
  const keys = useLive(
    useShallow((live) =>
      Object.values(live.keys)
        .filter((key) => key.gateway === group.gateway && key.group === group.group)
        .sort((a, b) => b.total - a.total || a.id.localeCompare(b.id))
        .slice(0, MOST),
    ),
  )
  if (keys.length === 0) return <p className="dim">None is known.</p>
  return (
    <ul className={css.members}>
      {keys.map((key) => (
        <li key={key.id}>
          <button type="button" onClick={() => go('spend', key.id)}>
            <Name>{key.name || key.key}</Name>
            <span className="num dim">{key.total < 0 ? UNKNOWN : money(key.total)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** As many keys as fit without a table; the page has one. */
const MOST = 50
