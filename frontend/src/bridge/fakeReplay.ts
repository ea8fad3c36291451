import type { Services } from './bridge'
import type { Live } from './types'

/** How far back the made-up past goes, ms. */
const KEPT_MS = 24 * 3_600_000

/** A past in which everything was as it is now; of the time before it nothing is kept. */
export function fakeReplay(live: () => Live): Services['Replay'] {
  let n = 0
  return {
    Start: async () => ({ from: Date.now() - KEPT_MS, to: Date.now(), now: Date.now() }),
    Moment: async (at, have) => {
      const from = Date.now() - KEPT_MS
      const known = at >= from
      const whole = have !== n || n === 0
      n++
      return {
        n,
        at,
        asOf: known ? at : 0,
        known,
        before: 0,
        after: known ? 0 : from,
        whole,
        delta: known ? structuredClone(live()) : {},
        tray: {
          shape: 'ok',
          tooltip: 'All is well',
          headline: 'All is well',
          lines: ['Nothing spent today'],
        },
      }
    },
    End: async () => {},
  }
}
