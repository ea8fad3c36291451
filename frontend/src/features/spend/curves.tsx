import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { useSpendSeries } from '../../bridge/queries'
import { money } from '../../lib/format'
import { useNow } from '../../lib/time'
import { useScope } from '../../live/scope'
import { shows } from '../../ui/Fact'
import { Spark } from '../../ui/Spark'

const HOUR = 3_600_000
/** How many whole hours a curve is of. */
const HOURS = 24
/** The curve is of whole hours, but its sum is read out. */
const EVERY = 60_000

type Curve = { values: readonly number[]; undated: number }

const Curves = createContext<ReadonlyMap<string, Curve>>(new Map())

/** Asks once for the last 24 hours of every key, for the small curves of the rows in it. */
export function WithCurves({ children }: { children: ReactNode }) {
  const scope = useScope()
  const to = useNow(EVERY)
  const from = Math.floor((to - HOURS * HOUR) / HOUR) * HOUR
  const { data } = useSpendSeries({ gateway: scope, key: '', by: 'key', from, to, stepMs: HOUR, top: 0 })
  const curves = useMemo(() => new Map(data?.series.map((line) => [line.id, line])), [data])
  return <Curves value={curves}>{children}</Curves>
}

/**
 * What a key spent in each of the last 24 hours. The running one is in the sum only: beside whole
 * hours it would be a fall at each full hour.
 */
export function KeyCurve({ id }: { id: string }) {
  const curve = useContext(Curves).get(id)
  if (!curve) return null
  const sum = curve.values.reduce((all, value) => all + Math.max(0, value), curve.undated)
  return (
    <Spark
      values={curve.values.slice(0, HOURS)}
      label={`Last 24 hours: ${money(sum)}`}
      fact={shows('key.curve', id)}
    />
  )
}
