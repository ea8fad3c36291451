import { useShallow } from 'zustand/react/shallow'
import type { Live, TopicDelivery } from '../../bridge/types'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { shows } from '../../ui/Fact'
import { Shape } from '../../ui/Shape'
import css from './delivery.module.css'
import { deliveryShape, topicName } from './deliveryLabels'

/**
 * What a page cannot show for want of a key and, of its first topic, that it is shown later than the
 * gateway knew it. Nothing where all is pushed.
 */
export function DeliveryNote({
  topics,
  missingOnly = false,
}: {
  topics: readonly string[]
  /** Only what cannot be seen, not how the rest is. */
  missingOnly?: boolean
}) {
  const scope = useScope()
  const lines = useLive(
    useShallow((live) =>
      notesOf(live, scope, topics).filter((note) => !missingOnly || note.startsWith('forbidden')),
    ),
  )
  if (lines.length === 0) return null
  return (
    <ul className={css.notes} aria-label="What can be seen here">
      {lines.map((line) => {
        const [delivery = '', text = ''] = line.split('\n', 2)
        return (
          <li key={line} className={css.note}>
            <Shape of={deliveryShape(delivery)} size={12} label="" />
            <bdi {...shows('delivery.note', scope)}>{text}</bdi>
          </li>
        )
      })}
    </ul>
  )
}

/**
 * The notes as "delivery\ntext": first what needs a key that is not there, all topics of a gateway in one
 * sentence, then how the first topic is seen. With several gateways each says whose it is.
 */
export function notesOf(live: Live, scope: string, topics: readonly string[]): string[] {
  const several = Object.keys(live.gateways).length > 1
  const notes: string[] = []
  const polled: string[] = []
  for (const gateway of Object.values(live.gateways)) {
    const whose = several ? `${gateway.label}: ` : ''
    const seen = topics
      .map((topic) => live.deliveries[`${gateway.id}/${topic}`])
      .filter((of): of is TopicDelivery => of !== undefined && inScope(scope, of))
    const admin = seen.filter((of) => of.delivery === 'forbidden' && /master key|Admin API/i.test(of.reason))
    if (admin.length > 0) {
      const text = `${together(admin)} admin read access. ${limits(live, gateway.id)}`
      notes.push(`forbidden\n${whose}${text}`)
    }
    const core = seen.filter((of) => of.delivery === 'forbidden' && !admin.includes(of))
    if (core.length > 0) notes.push(`forbidden\n${whose}${together(core)} a virtual key that may see it.`)
    const [first] = seen
    if (first && first.topic === topics[0] && (first.delivery === 'polled' || first.delivery === 'none'))
      polled.push(`${first.delivery}\n${whose}${first.reason}`)
  }
  return [...notes, ...polled]
}

/** "Providers and provider health need". */
function together(all: TopicDelivery[]): string {
  const names = all.map((of, i) => (i === 0 ? topicName(of.topic) : topicName(of.topic).toLowerCase()))
  const last = names.pop() ?? ''
  const one = all.length === 1 && !/s$/.test(last)
  return `${names.length > 0 ? `${names.join(', ')} and ` : ''}${last} ${one ? 'needs' : 'need'}`
}

/** What the stored virtual keys show: "What you see is limited to key "billing"." */
function limits(live: Live, gateway: string): string {
  const keys = Object.values(live.keys).filter((key) => key.gateway === gateway)
  const [only] = keys
  if (only && keys.length === 1) return `What you see is limited to key “${only.name || only.key}”.`
  return 'What you see is limited to what the stored virtual keys may see.'
}
