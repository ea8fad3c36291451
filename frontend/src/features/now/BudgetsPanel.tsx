import { memo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { shortMoney } from '../../lib/format'
import { asOf, known, partOf, percentOf, rateOf } from '../../lib/reading'
import { go } from '../../lib/route'
import { now } from '../../lib/time'
import { GatewayHint } from '../../live/GatewayHint'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { Bullet } from '../../ui/Bullet'
import { Fact, shows } from '../../ui/Fact'
import { EmptyMessage, Panel } from '../../ui/Panel'
import { Name } from '../../ui/text'
import { useThresholds } from '../settings'
import {
  budgetGap,
  budgetsOf,
  GROUP,
  groupName,
  lastsUntil,
  limitOf,
  type Budget as OneBudget,
  periodOver,
  spentOf,
} from '../spend'
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
  const gap = useLive((live) => budgetGap(live, scope))
  const some = useLive((live) => Object.values(live.keys).some((key) => inScope(scope, key)))
  return (
    <Panel title="Tightest budgets" aside={<a href="#/spend">All keys</a>} flush className={className}>
      {tightest.length > 0 ? (
        <ul className={css.list}>
          {tightest.map((open) => (
            <li key={open}>{open.startsWith(GROUP) ? <OfGroup open={open} /> : <OfKey id={open} />}</li>
          ))}
        </ul>
      ) : gap ? (
        <EmptyMessage
          title={
            <Fact name="budgets.gap" of={scope} is={{ status: 'unknown' }}>
              Budgets are not known.
            </Fact>
          }
        >
          <Fact name="budgets.gap" of={scope}>
            {gap}
          </Fact>
        </EmptyMessage>
      ) : some ? (
        <EmptyMessage title="No limits set on the gateway.">
          <Fact name="budgets.none" of={scope}>
            Spend is shown, but there is no limit to compare it with.
          </Fact>
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
  const { total, limit, usedRatio: used, rate15m, gateway, group } = key
  return (
    <Budget
      open={id}
      name={key.name || key.key}
      spent={total}
      limit={limit}
      used={used}
      rate15m={rate15m}
      at={{ gateway, group, key: key.key }}
    />
  )
})

const OfGroup = memo(function OfGroup({ open }: { open: string }) {
  const group = useLive((live) => live.groups[open.slice(GROUP.length)])
  if (!group) return null
  const { usedRatio: used, rate15m } = group
  return (
    <Budget
      open={open}
      name={groupName(group)}
      spent={spentOf(group)}
      limit={limitOf(group)}
      used={used}
      rate15m={rate15m}
      at={{ gateway: group.gateway, group: group.group, key: '' }}
    />
  )
})

/** Until when it lasts, where that is foreseen. */
function Lasts({ open }: { open: string }) {
  const forecast = useLive((live) => live.forecasts[open.startsWith(GROUP) ? open : `key:${open}`])
  if (forecast?.outcome !== 'forecast' && forecast?.outcome !== 'on_pace') return null
  return (
    <>
      <span title={forecast.range} {...shows('forecast.lasts', open)}>
        {forecast.outcome === 'forecast' ? `until ${lastsUntil(forecast)}` : lastsUntil(forecast)}
      </span>{' '}
      ·{' '}
    </>
  )
}

/** The rate of a budget that is not used now: beside until when it lasts it would contradict that. */
const NOTHING = rateOf(0)

function Budget({ open, name, spent, limit, used, rate15m, at }: Omit<OneBudget, 'id' | 'kind'>) {
  const thresholds = useThresholds()(at)
  const key = useLive((live) => live.keys[open])
  const period = key ? periodOver(key, now()) : -1
  const age = asOf(used)
  const perHour = rateOf(rate15m)
  return (
    <button type="button" className={css.budget} onClick={() => go('spend', open)}>
      <span className={css.budgetName}>
        <Name>{name}</Name>
        <GatewayHint of={{ gateway: at.gateway, name }} among={open.startsWith(GROUP) ? 'groups' : 'keys'} />
      </span>
      <span className="num dim">
        <Fact name="budget.spentOf" of={open} is={spent}>
          {partOf(spent, limit, shortMoney)}
        </Fact>
        {age !== '' || known(rate15m) === null || perHour === NOTHING ? null : (
          <span className={css.rate}>
            {' · '}
            <Fact name="budget.rate" of={open}>
              {perHour}
            </Fact>
          </span>
        )}{' '}
        · {age === '' ? <Lasts open={open} /> : null}
        <b style={{ color: 'var(--text)' }} {...shows('budget.share', open, used)}>
          {percentOf(used)}
        </b>
        {age === '' ? null : <span {...shows('budget.asOf', open, used)}>{age}</span>}
      </span>
      <Bullet
        used={known(used) ?? -1}
        thresholds={thresholds}
        period={period}
        label={`${name}, budget used`}
        fact={shows('budget.share', open, used)}
      />
    </button>
  )
}
