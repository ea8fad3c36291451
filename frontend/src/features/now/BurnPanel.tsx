import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useSpendSeries } from '../../bridge/queries'
import type { Burn, Gateway } from '../../bridge/types'
import { asOf, moneyOf, why } from '../../lib/reading'
import { useNow } from '../../lib/time'
import { useMarks } from '../../live/marks'
import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { gatewayVariable } from '../../ui/colours'
import { Fact } from '../../ui/Fact'
import { EmptyMessage, Panel } from '../../ui/Panel'
import type { Line, Undated } from '../../ui/plot'
import { coloursOf, NOT_ATTRIBUTED } from '../../ui/seriesColours'
import { TimeChart } from '../../ui/TimeChart'
import { showAsItWas } from '../replay'
import { burnOf, burnWords, quietWords, todayOf, watchedMinutes } from '../spend'
import css from './NowPage.module.css'

const MINUTE = 60_000

/**
 * Money per minute of the last hour: by provider where history knows, else by gateway. What was debited and
 * is of no provider is a line of its own, so that the lines add up to what was spent.
 */
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
  const marks = useMarks()
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
  const today = todayOf(gateways)
  const perHour = burnOf(gateways)

  const drawn = useMemo(() => {
    const named = series?.series.filter((line) => line.name !== NOT_ATTRIBUTED) ?? []
    if (series && named.length > 1) {
      const colours = coloursOf(series.series.map((line) => line.name))
      return {
        from: series.from,
        undated: series.undated,
        lines: series.series.map((line) => ({ ...line, colour: colours.get(line.name) ?? '--s1' })),
      }
    }
    return byGateway(burns, gateways)
  }, [series, burns, gateways])

  const quiet =
    drawn.undated.length === 0 && drawn.lines.every((line) => line.values.every((value) => value <= 0))
  return (
    <Panel
      title="Spend per minute"
      aside={
        <span className="num" title={why(perHour)}>
          <Fact name="gateway.burn" of={scope} is={perHour}>
            {burnWords(gateways)}
          </Fact>
          {' · today '}
          <Fact name="gateway.today" of={scope} is={today}>
            {moneyOf(today)}
          </Fact>
          <Fact name="gateway.todayAsOf" of={scope}>
            {asOf(today)}
          </Fact>
        </span>
      }
      flush
      className={className}
    >
      {quiet ? (
        <EmptyMessage
          title={
            <Fact name="gateway.quiet" of={scope}>
              {quietWords(watchedMinutes(gateways, burns))}
            </Fact>
          }
        >
          A booking of any key shows here within a second.
        </EmptyMessage>
      ) : (
        <div className={css.chart}>
          <TimeChart
            label="Spend per minute, last 60 minutes"
            fact="spend.minutes"
            of={scope}
            from={drawn.from}
            stepMs={MINUTE}
            lines={drawn.lines}
            marks={marks}
            undated={drawn.undated}
            deedAt={showAsItWas}
          />
        </div>
      )}
    </Panel>
  )
}

/** The burn of each gateway, on one axis that ends with the newest minute; minutes that one has not told of yet are gaps. */
function byGateway(
  burns: readonly Burn[],
  gateways: readonly Gateway[],
): { from: number; lines: Line[]; undated: Undated[] } {
  const end = Math.max(0, ...burns.map((burn) => burn.endsAt))
  const length = Math.max(0, ...burns.map((burn) => burn.perMinute.length))
  const from = end - length * MINUTE
  const of = (id: string) => gateways.find((candidate) => candidate.id === id)
  const colours = coloursOf(
    burns.map((burn) => burn.id),
    (id) => gatewayVariable(of(id)?.colour ?? ''),
  )
  const lines = burns.map((burn) => {
    const late = Math.round((end - burn.endsAt) / MINUTE)
    return {
      name: of(burn.id)?.label ?? burn.id,
      colour: colours.get(burn.id) ?? '--s5',
      values: [...burn.perMinute, ...new Array<number>(late).fill(-1)].slice(-length),
    }
  })
  return { from, lines, undated: burns.flatMap((burn) => burn.undated ?? []) } // a film of before it was told has none
}
