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
import css from './NowPage.module.css'

const MOST = 6

/** The keys that are nearest to their limits. */
export function BudgetsPanel({ className }: { className?: string | undefined }) {
  const scope = useScope()
  const tightest = useLive(
    useShallow((live) =>
      Object.values(live.keys)
        .filter((key) => inScope(scope, key) && key.used >= 0)
        .sort((a, b) => b.used - a.used || a.id.localeCompare(b.id))
        .slice(0, MOST)
        .map((key) => key.id),
    ),
  )
  const some = useLive((live) => Object.values(live.keys).some((key) => inScope(scope, key)))
  return (
    <Panel title="Tightest budgets" aside={<a href="#/spend">All keys</a>} flush className={className}>
      {tightest.length > 0 ? (
        <ul className={css.list}>
          {tightest.map((id) => (
            <li key={id}>
              <Budget id={id} />
            </li>
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

const Budget = memo(function Budget({ id }: { id: string }) {
  const key = useLive((live) => live.keys[id])
  const thresholds = useThresholds()
  if (!key) return null
  const name = key.name || key.key
  return (
    <button type="button" className={css.budget} onClick={() => go('spend', id)}>
      <Name>{name}</Name>
      <span className="num dim">
        {shortMoney(key.total)} of {shortMoney(key.limit)} {key.rate1h < 0 ? '' : ` · ${rate(key.rate1h)}`} ·{' '}
        <b style={{ color: 'var(--text)' }}>{percent(key.used)}</b>
      </span>
      <Bullet used={key.used} thresholds={thresholds} label={`${name}, budget used`} />
    </button>
  )
})
