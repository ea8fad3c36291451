import { useShallow } from 'zustand/react/shallow'
import type { Group, KeySpend } from '../../bridge/types'
import { count, money, shortMoney, UNKNOWN } from '../../lib/format'
import { byId } from '../../lib/order'
import { asOf, known, moneyOf, order, percentOf, rateOf, why } from '../../lib/reading'
import { go } from '../../lib/route'
import { useLive } from '../../live/store'
import { Bullet } from '../../ui/Bullet'
import { Fact, shows } from '../../ui/Fact'
import { sourceWords } from '../../ui/labels'
import { EmptyMessage } from '../../ui/Panel'
import { DetailList, DetailSection, SidePanel } from '../../ui/SidePanel'
import { Name } from '../../ui/text'
import { AgeChip } from '../connections'
import { OwnThresholds, useThresholds } from '../settings'
import { GROUP, groupName, limitOf, spentOf, unsharedWords } from './budget'
import { lastDayWords, lastHourWords } from './burn'
import { ForecastSection } from './ForecastSection'
import css from './SpendPage.module.css'
import { TrendMark } from './TrendMark'

/** One key group: how much of its balance is used, what was not for a logged request, and by which keys. */
export function GroupPanel({ id }: { id: string }) {
  const group = useLive((live) => live.groups[id])
  const thresholdsOf = useThresholds()
  const close = () => go('spend')
  if (!group) {
    return (
      <SidePanel label="Key group" title="Key group" onClose={close}>
        <EmptyMessage title="This group is not known any more." />
      </SidePanel>
    )
  }
  const name = groupName(group)
  const used = known(group.usedRatio)
  return (
    <SidePanel label={`Key group ${name}`} title={<Name>{name}</Name>} onClose={close}>
      <div>
        <div className={`${css.big} num`}>
          <Fact name="group.spent" of={id} is={spentOf(group)}>
            {moneyOf(spentOf(group))}
          </Fact>
          <small title={why(group.balance)} {...shows('group.ofLimit', id, limitOf(group))}>
            {used !== null
              ? `of ${moneyOf(limitOf(group), shortMoney)} · ${percentOf(group.usedRatio)} used`
              : unsharedWords(group)}
          </small>
          <small {...shows('budget.asOf', GROUP + id, group.usedRatio)}>{asOf(group.usedRatio)}</small>
        </div>
        {used !== null ? (
          <div className={css.meter}>
            <Bullet
              used={used}
              thresholds={thresholdsOf({ gateway: group.gateway, group: group.group })}
              label={`${name}, balance used`}
              fact={shows('group.share', id, group.usedRatio)}
            />
          </div>
        ) : null}
      </div>
      {group.periodId === '' && (known(group.credits) ?? 0) > 0 ? (
        <p className="dim" {...shows('group.sharePending', group.id)}>
          How much of it is used is not known: its newest top-up was not found yet.
        </p>
      ) : null}
      <ForecastSection kind="group" id={id} />
      <GroupFacts of={group} />
      <DetailSection title="Thresholds">
        <OwnThresholds of={{ gateway: group.gateway, group: group.group }} name={name} />
      </DetailSection>
      <DetailSection title="What it was spent on">
        <GroupKeys of={group} />
        <GroupRest of={group} />
      </DetailSection>
    </SidePanel>
  )
}

function GroupFacts({ of: group }: { of: Group }) {
  return (
    <DetailList
      rows={[
        ['Left', moneyOf(group.balance), shows('group.balance', group.id, group.balance)],
        [`Last ${group.rateSpan} min`, rateOf(group.rate15m), shows('group.rate', group.id, group.rate15m)],
        [
          'Last hour',
          <span key="rate">
            <Fact name="group.lastHour" of={group.id} is={group.lastHour}>
              {lastHourWords(group)}
            </Fact>{' '}
            <TrendMark trend={group.trend} fact={shows('group.trend', group.id)} />
          </span>,
        ],
        ['Last 24 h', lastDayWords(group), shows('group.lastDay', group.id, group.lastDay)],
        group.unattributed >= 0
          ? ['Not in the request log', money(group.unattributed), shows('group.unattributed', group.id)]
          : null,
        ['Paid in, ever', moneyOf(group.credits), shows('group.credits', group.id, group.credits)],
        ['Spent, ever', moneyOf(group.spent), shows('group.spentEver', group.id, group.spent)],
        ['Keys', count(group.keyCount), shows('group.keyCount', group.id)],
        [
          'Source',
          <span key="source">
            <Fact name="group.source" of={group.id}>
              {sourceWords(group.source)}
            </Fact>
            , <AgeChip of={group} fact="group.updatedAt" id={group.id} />
          </span>,
        ],
        [
          'Id',
          <bdi key="id" className="mono">
            {group.group}
          </bdi>,
          shows('group.id', group.id),
        ],
      ]}
    />
  )
}

/** What a key had of the group that it belongs to. */
function spent(key: KeySpend): string {
  const total = known(key.total)
  return total === null ? UNKNOWN : money(total - key.elsewhere)
}

function GroupKeys({ of: group }: { of: Group }) {
  const keys = useLive(
    useShallow((live) =>
      Object.values(live.keys)
        .filter((key) => key.gateway === group.gateway && key.group === group.group)
        .sort((a, b) => order(b.total, a.total) || byId(a.id, b.id))
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
            <span className="num dim" {...shows('key.spentOfGroup', key.id, key.total)}>
              {spent(key)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** What of a group's money is no key's of it: with its keys that makes what was spent of its newest top-up. */
function GroupRest({ of: group }: { of: Group }) {
  if (!group.partsKnown)
    return (
      <p className="dim" {...shows('group.parts', group.id, { status: 'unknown' })}>
        What its keys had of it is not known yet.
      </p>
    )
  const rest: [string, number, ReturnType<typeof shows>][] = [
    ['Taken by an administrator', group.adjusted, shows('group.adjusted', group.id)],
    ['Not attributed to a key', group.noKey, shows('group.noKey', group.id)],
    ['Taken off: logged by its keys, and not debited', -group.noKey, shows('group.notDebited', group.id)],
  ]
  return (
    <ul className={css.members}>
      {group.former.map((key) => (
        <li key={key.key} className={css.rest}>
          <Name>{key.name || key.key}</Name>
          <span className="dim">not in it any more</span>
          <Fact name="group.former" of={`${group.id}/${key.key}`}>
            {money(key.spent)}
          </Fact>
        </li>
      ))}
      {rest
        .filter(([, nano]) => nano > 0)
        .map(([what, nano, fact]) => (
          <li key={what} className={css.rest}>
            <span>{what}</span>
            <span className="num dim" {...fact}>
              {money(nano)}
            </span>
          </li>
        ))}
    </ul>
  )
}

/** As many keys as fit without a table; the page has one. */
const MOST = 50
