import { memo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { percent, rate, shortMoney } from '../../lib/format'
import { go } from '../../lib/route'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { Bullet } from '../../ui/Bullet'
import { EmptyMessage, Panel } from '../../ui/Panel'
import { Name } from '../../ui/text'
import { useThresholds } from '../settings/useThresholds'
import { budgetsOf, GROUP, groupName, limitOf, type Budget as OneBudget, spentOf } from '../spend/budget'
import css from './NowPage.module.css'

const MOST = 6

/** The keys and key groups that are nearest to their limits. */
export function BudgetsPanel({ className }: { className?: string | undefined }) {
  const scope = useScope()
  const tightest = useLive(
    useShallow((live) =>
      budgetsOf(live, scope)
        .slice(0, MOST)
        .map((budget) => budget.open),
    ),
  )
  const some = useLive((live) => Object.values(live.keys).some((key) => inScope(scope, key)))
  return (
    <Panel title="Tightest budgets" aside={<a href="#/spend">All keys</a>} flush className={className}>
      {tightest.length > 0 ? (
        <ul className={css.list}>
          {tightest.map((open) => (
            <li key={open}>{open.startsWith(GROUP) ? <OfGroup open={open} /> : <OfKey id={open} />}</li>
          ))}
        </ul>
      ) : some ? (
        <EmptyMessage title="No limits set on the gateway.">
          Spend is shown, but there is no limit to compare it with.
        </EmptyMessage>
      ) : (
        <EmptyMessage title="No key yet.">
          A key appears when it spends, or when the gateway lists it.
        </EmptyMessage>
      )}
    </Panel>
  )
}

const OfKey = memo(function OfKey({ id }: { id: string }) {
  const key = useLive((live) => live.keys[id])
  if (!key) return null
  const { total, limit, used, rate1h } = key
  return (
    <Budget open={id} name={key.name || key.key} spent={total} limit={limit} used={used} rate1h={rate1h} />
  )
})

const OfGroup = memo(function OfGroup({ open }: { open: string }) {
  const group = useLive((live) => live.groups[open.slice(GROUP.length)])
  if (!group) return null
  const { used, rate1h } = group
  return (
    <Budget
      open={open}
      name={groupName(group)}
      spent={spentOf(group)}
      limit={limitOf(group)}
      used={used}
      rate1h={rate1h}
    />
  )
})

function Budget({ open, name, spent, limit, used, rate1h }: Omit<OneBudget, 'id' | 'kind'>) {
  const thresholds = useThresholds()
  return (
    <button type="button" className={css.budget} onClick={() => go('spend', open)}>
      <Name>{name}</Name>
      <span className="num dim">
        {shortMoney(spent)} of {shortMoney(limit)} {rate1h < 0 ? '' : ` · ${rate(rate1h)}`} ·{' '}
        <b style={{ color: 'var(--text)' }}>{percent(used)}</b>
      </span>
      <Bullet used={used} thresholds={thresholds} label={`${name}, budget used`} />
    </button>
  )
}
