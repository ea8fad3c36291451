import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useSpendSeries } from '../../bridge/queries'
import type { Burn, Gateway } from '../../bridge/types'
import { money, rate } from '../../lib/format'
import { useNow } from '../../lib/time'
import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { gatewayVariable } from '../../ui/colours'
import { EmptyMessage, Panel } from '../../ui/Panel'
import type { Line } from '../../ui/plot'
import { coloursOf, TimeChart } from '../../ui/TimeChart'
import { burnOf } from '../spend/burn'
import css from './NowPage.module.css'

const MINUTE = 60_000

/** Money per minute of the last hour: by provider where history knows, else by gateway. */
export function BurnPanel({ className }: { className?: string | undefined }) {
  const scope = useScope()
  const gateways = useLive(
    useShallow((live) =>
      Object.values(live.gateways).filter((gateway) => scope === '' || gateway.id === scope),
    ),
  )
  const burns = useLive(
    useShallow((live) => Object.values(live.burn).filter((burn) => scope === '' || burn.id === scope)),
  )
  const now = useNow(MINUTE)
  const recorded = useSpendSeries({
    gateway: scope,
    key: '',
    by: 'provider',
    from: now - 60 * MINUTE,
    to: now,
    stepMs: MINUTE,
    top: 5,
  })
  const series = recorded.data
  const today = gateways.reduce((sum, gateway) => sum + gateway.today, 0)
  const perHour = burnOf(gateways)

  const drawn = useMemo(() => {
    const named = series?.series.filter((line) => line.name !== '') ?? []
    if (series && named.length > 1) {
      const colours = coloursOf(named.map((line) => line.name))
      return {
        from: series.from,
        lines: named.map((line) => ({ ...line, colour: colours.get(line.name) ?? '--s1' })),
      }
    }
    return byGateway(burns, gateways)
  }, [series, burns, gateways])

  const quiet = drawn.lines.every((line) => line.values.every((value) => value <= 0))
  return (
    <Panel
      title="Spend per minute"
      aside={
        <span className="num">
          {rate(perHour)} · today {money(today)}
        </span>
      }
      flush
      className={className}
    >
      {quiet ? (
        <EmptyMessage title="Nothing was spent in the last hour.">
          A booking of any key shows here within a second.
        </EmptyMessage>
      ) : (
        <div className={css.chart}>
          <TimeChart
            label="Spend per minute, last 60 minutes"
            from={drawn.from}
            stepMs={MINUTE}
            lines={drawn.lines}
          />
        </div>
      )}
    </Panel>
  )
}

/** The burn of each gateway, on one axis that ends with the newest minute. */
function byGateway(burns: readonly Burn[], gateways: readonly Gateway[]): { from: number; lines: Line[] } {
  const end = Math.max(0, ...burns.map((burn) => burn.endsAt))
  const length = Math.max(0, ...burns.map((burn) => burn.perMinute.length))
  const from = end - length * MINUTE
  const lines = burns.map((burn) => {
    const late = Math.round((end - burn.endsAt) / MINUTE)
    const gateway = gateways.find((candidate) => candidate.id === burn.id)
    return {
      name: gateway?.label ?? burn.id,
      colour: gatewayVariable(gateway?.colour ?? ''),
      values: [...burn.perMinute, ...new Array<number>(late).fill(0)].slice(-length),
    }
  })
  return { from, lines }
}
