import type { Live } from '../bridge/types'

/** A minute, ms. */
export const MINUTE = 60_000

/** A past of which so many minutes are kept. */
export function pastOf(minutes: number, then: Partial<Live> = {}) {
  const now = Date.now()
  const from = now - minutes * MINUTE
  let n = 0
  return {
    now,
    from,
    Replay: {
      Start: async () => ({ from, to: now, now }),
      Moment: async (at: number) => ({
        n: ++n,
        at,
        asOf: at < from ? 0 : at,
        known: at >= from,
        before: 0,
        after: at < from ? from : 0,
        whole: true,
        delta: at < from ? {} : then,
        tray: { shape: 'ok', tooltip: '', headline: 'All is well', lines: [] },
      }),
      End: async () => {},
    },
  }
}
