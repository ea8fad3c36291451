import type { Live } from '../../bridge/types'
import { ago } from '../../lib/format'
import type { Condition } from '../../ui/Shape'

/** How things are, in one sentence that the first look lands on. */
export type Sentence = { shape: Condition; head: string; rest: string }

const SHAPES: readonly string[] = ['ok', 'unsure', 'warning', 'critical', 'busy', 'stale', 'offline']

/**
 * The outlook as a sentence. Go concludes it, and the tray and "status" say the
 * same; here only the age of the last event is added, which changes by itself.
 */
export function sentenceOf(live: Pick<Live, 'outlooks' | 'gateways'>, scope: string, now: number): Sentence {
  const outlook = live.outlooks[scope]
  if (!outlook) return { shape: 'busy', head: 'Looking.', rest: 'What is known appears as it arrives.' }
  const { condition, head, rest } = outlook
  // An outlook is told anew when it says something else, its gateways at each event.
  const heard = Object.values(live.gateways).filter((gateway) => scope === '' || gateway.id === scope)
  const lastEventAt = Math.max(outlook.lastEventAt, ...heard.map((gateway) => gateway.lastEventAt))
  const shape = SHAPES.includes(condition) ? (condition as Condition) : 'stale'
  const calm = shape === 'ok' || shape === 'unsure'
  const last = lastEventAt > 0 ? `Last event ${ago(now - lastEventAt)}.` : 'No event yet.'
  return { shape, head, rest: calm ? [rest, last].filter(Boolean).join(' ') : rest }
}
