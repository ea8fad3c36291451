import { fullTime } from '../../lib/format'
import { type Sourced, useStaleness } from '../../live/staleness'
import { shows } from '../../ui/Fact'
import { sourceWords } from '../../ui/labels'
import { Shape } from '../../ui/Shape'

/** How old a value is and where it is from; one that cannot be current says so by shape and word. */
export function AgeChip({
  of,
  fact,
  id,
  otherwise = 'no data',
}: {
  of: Sourced
  /** Which fact the age is, and of what. */
  fact: string
  id: string
  otherwise?: string
}) {
  const { text, stale, at } = useStaleness(of, otherwise)
  const from = sourceWords(of.source)
  return (
    <time
      className={stale ? 'num dim' : 'num'}
      title={`${stale ? 'Not current: ' : ''}${from}${at > 0 ? `, ${fullTime(at)}` : ''}`}
      {...shows(fact, id)}
      {...(stale ? { 'data-state': 'stale' } : {})}
      {...(at > 0 ? { dateTime: new Date(at).toISOString() } : {})}
    >
      {stale ? (
        <>
          <Shape of="stale" size={11} label="Not current" />{' '}
        </>
      ) : null}
      {text}
    </time>
  )
}
