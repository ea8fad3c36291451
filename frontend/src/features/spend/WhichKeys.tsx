import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { KeySpend, Live } from '../../bridge/types'
import { oncePer } from '../../lib/oncePer'
import { known } from '../../lib/reading'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { levelOf } from '../../ui/Bullet'
import { Segments } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { useThresholds } from '../settings'
import { limitOf, payerOf, thresholdsPlace, usedRatioFor } from './budget'

/** Which keys are listed. */
export type Which = 'all' | 'alerts' | 'limited' | 'unlimited' | 'unclear'

/** The choice of which keys are listed, and how many each is. */
export function WhichKeys({ value, onChange }: { value: Which; onChange: (which: Which) => void }) {
  const scope = useScope()
  const thresholdsOf = useThresholds()
  const count = useMemo(
    () =>
      oncePer((live: Live) => {
        const keys = Object.values(live.keys).filter((key) => inScope(scope, key))
        const of = (which: Which) => keys.filter((key) => fits(live, key, which, thresholdsOf)).length
        return [of('alerts'), of('limited'), of('unlimited'), of('unclear')] as const
      }),
    [scope, thresholdsOf],
  )
  const [alerts, limited, unlimited, unclear] = useLive(useShallow(count))
  return (
    <Segments
      label="Which keys"
      value={value}
      onChange={onChange}
      options={[
        { value: 'all', label: 'All' },
        { value: 'alerts', label: 'Above a threshold', count: alerts, fact: shows('keys.alerts', scope) },
        { value: 'limited', label: 'With a limit', count: limited, fact: shows('keys.limited', scope) },
        { value: 'unlimited', label: 'Without', count: unlimited, fact: shows('keys.unlimited', scope) },
        // Those whose limit is not known, or was one of a key that is deleted: all three are all keys.
        ...(unclear > 0 || value === 'unclear'
          ? [
              {
                value: 'unclear' as const,
                label: 'Not known',
                count: unclear,
                fact: shows('keys.unclear', scope),
              },
            ]
          : []),
      ]}
    />
  )
}

/** Whether a key is among those that were chosen. */
export function fits(
  live: Live,
  key: KeySpend,
  which: Which,
  thresholdsOf: ReturnType<typeof useThresholds>,
): boolean {
  const payer = payerOf(live, key)
  const limited = known(key.limit) !== null || (payer !== null && known(payer.usedRatio) !== null)
  // That no limit is known is not that there is none.
  const unlimited =
    !limited &&
    (payer ? known(limitOf(payer)) === 0 : typeof key.limit !== 'number' && key.limit.status === 'none')
  switch (which) {
    case 'all':
      return true
    case 'alerts':
      return ['warning', 'critical'].includes(
        levelOf(usedRatioFor(live, key), thresholdsOf(thresholdsPlace(live, key))),
      )
    case 'limited':
      return limited
    case 'unlimited':
      return unlimited
    case 'unclear':
      return !limited && !unlimited
  }
}
