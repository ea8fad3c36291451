import { count, percent } from '../lib/format'
import type { Shown } from './Fact'

/** A severity as a shape. */
export function severityShape(severity: string): 'critical' | 'warning' | 'stale' {
  return severity === 'critical' ? 'critical' : severity === 'warning' ? 'warning' : 'stale'
}

/** A severity as a word. */
export function severityWord(severity: string): string {
  return severity === 'critical' ? 'Critical' : severity === 'warning' ? 'Warning' : 'Information'
}

/** Where a value comes from, in words: "hub:spend" is "pushed (spend)". */
export function sourceWords(source: string): string {
  const [via = '', name = ''] = source.split(':', 2)
  const where = name ? ` (${name})` : ''
  if (via === 'hub') return `pushed${where}`
  if (via === 'rest') return `read${where}`
  if (via === 'computed') return 'computed'
  return source || 'unknown'
}

/** Events on Gatewatch’s own connections: the gateway pushed none of them. */
const OWN = /^(link\.|asked$)/

/** Where an event comes from: as sourceWords, but what Gatewatch saw of a connection was pushed by nobody. */
export function eventSourceWords(event: { kind: string; source: string }): string {
  if (!OWN.test(event.kind)) return sourceWords(event.source)
  const name = event.source.split(':', 2)[1]
  return name ? `seen by Gatewatch (${name})` : 'seen by Gatewatch'
}

/** The row of a panel that says how many requests of the last hour failed: not known where the audit was not read. */
export function failureRow(
  of: { hourRequests: number; hourFailed: number; shared?: boolean },
  fact: Shown,
): readonly [string, string, Shown] {
  if (of.hourRequests < 0) return ['Failed, last hour', 'not known', { ...fact, 'data-state': 'unknown' }]
  if (of.hourRequests === 0) return ['Failed, last hour', 'no requests', fact]
  const share = percent(of.hourFailed / of.hourRequests)
  const whose = of.shared ? ', of all providers of its sort' : ''
  return [
    'Failed, last hour',
    `${count(of.hourFailed)} of ${count(of.hourRequests)} (${share})${whose}`,
    fact,
  ]
}
