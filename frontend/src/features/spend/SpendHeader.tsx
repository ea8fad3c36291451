import { useShallow } from 'zustand/react/shallow'
import type { Gateway, Live } from '../../bridge/types'
import { money, percent, plural } from '../../lib/format'
import { oncePer } from '../../lib/oncePer'
import { byText } from '../../lib/order'
import { asOf, known, moneyOf, rateOf, why } from '../../lib/reading'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { Fact, shows } from '../../ui/Fact'
import { PageHeader } from '../../ui/Panel'
import { Steady } from '../../ui/Steady'
import { useThresholds } from '../settings'
import { budgetsOf } from './budget'
import { spanOf } from './burn'
import { budgetGap } from './quiet'
import css from './SpendPage.module.css'
import { TrendMark } from './TrendMark'
import { useSpendTotals } from './useSpendTracking'

/** Whether there is a key; how many budgets there are, above each threshold, and used up. */
const budgetCounts = oncePer((live: Live, scope: string, thresholdsOf: ReturnType<typeof useThresholds>) => {
  let [warning, critical, over] = [0, 0, 0]
  const budgets = budgetsOf(live, scope)
  for (const budget of budgets) {
    const used = known(budget.used) ?? 0
    const at = thresholdsOf(budget.at)
    if (used >= at.warning) warning++
    if (used >= at.critical) critical++
    if (used >= 1) over++
  }
  const anyKey = Object.values(live.keys).some((key) => inScope(scope, key))
  return [anyKey, budgets.length, warning, critical, over] as const
})

/** How many budgets are above a threshold, in words. */
function useBudgetWords(): string {
  const scope = useScope()
  const thresholdsOf = useThresholds()
  const gap = useLive((live) => budgetGap(live, scope))
  const [anyKey, all, warning, critical, over] = useLive(
    useShallow((live) => budgetCounts(live, scope, thresholdsOf)),
  )
  if (all === 0 && gap) return gap
  if (all === 0) return anyKey ? 'No limits set on the gateway.' : ''
  const more = [critical > 0 ? `, ${critical} critical` : '', over > 0 ? `, ${over} used up` : '']
  return `${plural(warning, 'budget')} above a threshold${more.join('')}.`
}

/** What everybody spends, and how many budgets are near their end; beside a panel in a small window no more than that. */
export function SpendHeader({ brief = false }: { brief?: boolean }) {
  const { today, burnRate, trend } = useSpendTotals()
  const words = useBudgetWords()
  const scope = useScope()
  const span = useLive((live) =>
    spanOf(Object.values(live.gateways).filter(({ id }) => scope === '' || id === scope)).replace(
      /^ over /,
      '',
    ),
  )
  return (
    <PageHeader
      title="Spend"
      actions={
        <dl className={css.figures}>
          <div>
            <dt>Today</dt>
            <dd className="num" title={why(today)} {...shows('gateway.today', scope, today)}>
              {moneyOf(today)}
              <small
                className="faint"
                style={{ display: 'block', fontWeight: 400 }}
                {...shows('gateway.todayAsOf', scope)}
              >
                {asOf(today)}
              </small>
            </dd>
          </div>
          <div>
            <dt>
              <Fact name="gateway.burnSpan" of={scope}>
                {span === '' ? 'Now' : `Last ${span}`}
              </Fact>
            </dt>
            <dd className="num" title={why(burnRate)}>
              <Fact name="gateway.burn" of={scope} is={burnRate}>
                {rateOf(burnRate)}
              </Fact>{' '}
              {known(burnRate) === null ? null : (
                <TrendMark trend={trend} fact={shows('gateway.trend', scope)} />
              )}
            </dd>
          </div>
        </dl>
      }
    >
      <Fact name="budgets.words" of={scope}>
        {words}
      </Fact>{' '}
      <Uncharged />
      <Steady className={brief ? css.brief : css.lines}>
        <TodayParts />
        <Lasts />
      </Steady>
    </PageHeader>
  )
}

/** How long all money of a gateway lasts, of those that are shown: what its budgets sum up to. */
function Lasts() {
  const scope = useScope()
  const shown = useLive(
    useShallow((live) =>
      Object.values(live.gateways)
        .filter(({ id }) => scope === '' || id === scope)
        .map(({ id }) => live.forecasts[`gateway:${id}`])
        .filter((forecast) => forecast !== undefined)
        .sort((a, b) => byText(a.name, b.name))
        .slice(0, 4),
    ),
  )
  return shown.map((forecast) => (
    <p key={forecast.id} className={css.parts}>
      All budgets of <bdi {...shows('name')}>{forecast.name}</bdi> together:{' '}
      <Fact name="forecast.head" of={forecast.id}>
        {forecast.head}
      </Fact>
    </p>
  ))
}

/** What of today is no key's, and what log and books say otherwise, each by its name. */
function TodayParts() {
  const scope = useScope()
  const sums = useLive(
    useShallow((live) => {
      const gateways = Object.values(live.gateways).filter(({ id }) => scope === '' || id === scope)
      return PARTS.map(({ of }) => gateways.reduce((sum, gateway) => sum + of(gateway), 0))
    }),
  )
  const shown = PARTS.map((part, i) => ({ ...part, nano: sums[i] ?? 0 })).filter(({ nano }) => nano > 0)
  if (shown.length === 0) return null
  return (
    <p className={css.parts}>
      Of today:{' '}
      {shown.map(({ fact, words, hint, nano }, i) => (
        <span key={fact} title={hint}>
          {i > 0 ? ' · ' : ''}
          <Fact name={fact} of={scope}>
            {money(nano)}
          </Fact>{' '}
          {words}
        </span>
      ))}
      .
    </p>
  )
}

const PARTS: readonly { fact: string; words: string; hint: string; of: (gateway: Gateway) => number }[] = [
  {
    fact: 'gateway.todayNoKey',
    words: 'not attributed to a key',
    hint: 'Groups were debited for it, and nothing says for which key.',
    of: (gateway) => gateway.todayNoKey,
  },
  {
    fact: 'gateway.todayAdjusted',
    words: 'taken by administrators',
    hint: 'Nothing was used for it.',
    of: (gateway) => gateway.todayAdjusted,
  },
  {
    fact: 'gateway.todayUnlogged',
    words: 'debited, and not in the request log',
    hint: 'Groups were debited for calls that no row of the log shows.',
    of: (gateway) => gateway.todayUnlogged,
  },
  {
    fact: 'gateway.todayUndebited',
    words: 'logged, and never debited',
    hint: 'The log has it, and no group paid for it though later debits are known.',
    of: (gateway) => gateway.todayUndebited,
  },
  {
    fact: 'gateway.todayPending',
    words: 'logged, and not debited yet',
    hint: 'A gateway debits some seconds after a call.',
    of: (gateway) => gateway.todayPending,
  },
]

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
    <span
      title="Streaming without usage numbers: what is spent is a lower bound."
      {...shows('gateway.uncharged', scope)}
    >
      {free / calls < 0.01 ? 'Less than 1 %' : percent(free / calls)} of {plural(calls, 'call')} in the last
      hour were not charged.
    </span>
  )
}
