import { fullTime } from '../../lib/format'
import { type Sourced, useFreshness } from '../../live/fresh'
import { Shape } from '../../ui/Shape'
import { sourceWords } from '../../ui/things'

/** How old a value is and where it is from; one that cannot be current says so by shape and word. */
export function AgeChip({ of, otherwise = 'no data' }: { of: Sourced; otherwise?: string }) {
  const { text, stale, at } = useFreshness(of, otherwise)
  const from = sourceWords(of.source)
  return (
    <time
      className={stale ? 'num dim' : 'num'}
      title={`${stale ? 'Not current: ' : ''}${from}${at > 0 ? `, ${fullTime(at)}` : ''}`}
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
