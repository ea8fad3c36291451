import { useShallow } from 'zustand/react/shallow'
import type { Coverage, Live } from '../../bridge/types'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { Shape } from '../../ui/Shape'
import css from './coverage.module.css'
import { topicName, wayShape } from './coverageWords'

/**
 * What a page cannot show for want of a key and, of its first topic, that it is shown later than the
 * gateway knew it. Nothing where all is pushed.
 */
export function CoverageNote({ topics }: { topics: readonly string[] }) {
  const scope = useScope()
  const lines = useLive(useShallow((live) => notesOf(live, scope, topics)))
  if (lines.length === 0) return null
  return (
    <ul className={css.notes} aria-label="What can be seen here">
      {lines.map((line) => {
        const [way = '', text = ''] = line.split('\n', 2)
        return (
          <li key={line} className={css.note}>
            <Shape of={wayShape(way)} size={12} label="" />
            <bdi>{text}</bdi>
          </li>
        )
      })}
    </ul>
  )
}

/** The notes as "way\ntext", those about missing rights first; one for each sentence, with whose it is. */
export function notesOf(live: Live, scope: string, topics: readonly string[]): string[] {
  const said = new Map<string, string[]>()
  const seen = Object.values(live.coverage)
    .filter((of) => inScope(scope, of) && of.way !== 'pushed')
    .filter((of) => (of.way === 'forbidden' ? topics.includes(of.topic) : of.topic === topics[0]))
    .filter((of) => live.gateways[of.gateway] !== undefined)
    .sort((a, b) => Number(b.way === 'forbidden') - Number(a.way === 'forbidden'))
  for (const of of seen) {
    const line = `${of.way}\n${of.way === 'forbidden' ? forbidden(live, of) : of.reason}`
    said.set(line, [...(said.get(line) ?? []), live.gateways[of.gateway]?.label ?? of.gateway])
  }
  const several = Object.keys(live.gateways).length > 1
  return [...said].map(([line, labels]) => {
    const [way, text] = line.split('\n', 2)
    return several ? `${way}\n${labels.join(', ')}: ${text}` : line
  })
}

function forbidden(live: Live, of: Coverage): string {
  const admin = /master key/i.test(of.reason) || /Admin API/.test(of.reason)
  const needs = `${topicName(of.topic)} ${admin ? 'needs admin read access' : 'needs a virtual key'}.`
  return `${needs} ${admin ? limits(live, of.gateway) : of.reason}`
}

/** What the stored virtual keys show: "What you see is limited to key "billing"." */
function limits(live: Live, gateway: string): string {
  const keys = Object.values(live.keys).filter((key) => key.gateway === gateway)
  const [only] = keys
  if (only && keys.length === 1) return `What you see is limited to key “${only.name || only.key}”.`
  return 'What you see is limited to what the stored virtual keys may see.'
}
