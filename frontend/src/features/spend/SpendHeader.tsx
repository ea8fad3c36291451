import { useShallow } from 'zustand/react/shallow'
import { money, percent, plural, rate } from '../../lib/format'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { PageHeader } from '../../ui/Panel'
import { useThresholds } from '../settings/useThresholds'
import { budgetsOf } from './budget'
import css from './SpendPage.module.css'
import { TrendMark } from './TrendMark'
import { useSpendTracking } from './useSpendTracking'

/** How many budgets are above a threshold, in words. */
function useBudgetWords(): string {
  const scope = useScope()
  const thresholds = useThresholds()
  const [known, all, warning, critical, over] = useLive(
    useShallow((live) => {
      const budgets = budgetsOf(live, scope)
      const at = (share: number) => budgets.filter((budget) => budget.used >= share).length
      const keys = Object.values(live.keys).some((key) => inScope(scope, key))
      return [keys, budgets.length, at(thresholds.warning), at(thresholds.critical), at(1)] as const
    }),
  )
  if (all === 0) return known ? 'No limits set on the gateway.' : ''
  const more = [critical > 0 ? `, ${critical} critical` : '', over > 0 ? `, ${over} used up` : '']
  return `${plural(warning, 'budget')} above a threshold${more.join('')}.`
}

/** What everybody spends, and how many budgets are near their end. */
export function SpendHeader() {
  const { today, burnRate, trend } = useSpendTracking()
  const words = useBudgetWords()
  return (
    <PageHeader
      title="Spend"
      actions={
        <dl className={css.figures}>
          <div>
            <dt>Today</dt>
            <dd className="num">{money(today)}</dd>
          </div>
          <div>
            <dt>Now</dt>
            <dd className="num">
              {rate(burnRate)} <TrendMark trend={trend} />
            </dd>
          </div>
        </dl>
      }
    >
      {words} <Uncharged />
    </PageHeader>
  )
}

/** What the gateways did not charge in the last hour, by their own audit. */
function Uncharged() {
  const scope = useScope()
  const [calls, free] = useLive(
    useShallow((live) =>
      Object.values(live.gateways)
        .filter((gateway) => gateway.calls > 0 && (scope === '' || gateway.id === scope))
        .reduce(([all, not], gateway) => [all + gateway.calls, not + gateway.uncharged], [0, 0]),
    ),
  )
  if (free === 0) return null
  return (
    <span title="Streaming without usage numbers: what is spent is a lower bound.">
      {percent(free / calls)} of {plural(calls, 'call')} in the last hour were not charged.
    </span>
  )
}
