import type { Change } from '../../bridge/types'
import { clock } from '../../lib/format'
import { shows } from '../../ui/Fact'
import { Clock } from '../../ui/text'
import css from './changes.module.css'

/** When it was done: by the gateway's account, else when it was seen, else between when and when. */
export function When({ change }: { change: Change }) {
  if ((change.since === 0 && change.after === 0) || change.own)
    return <Clock at={change.at} fact="change.at" of={change.id} />
  return (
    <span title={betweenWords(change)} {...shows('change.between', change.id)}>
      before {clock(change.foundAt)}
    </span>
  )
}

/** "between 18:02 and 08:11, while Gatewatch was not running". */
export function betweenWords(change: Change): string {
  if (change.since === 0)
    return `between ${clock(change.after)} and ${clock(change.foundAt)}, by two reads of the list`
  return `between ${clock(change.since)} and ${clock(change.foundAt)}, while Gatewatch was not running`
}

/** What a value was and what it is. */
export function Values({ of }: { of: { old: string; new: string } }) {
  return (
    <span className="mono">
      <del className={css.old}>
        <bdi>{of.old || 'nothing'}</bdi>
      </del>{' '}
      →{' '}
      <ins className={css.new}>
        <bdi>{of.new || 'nothing'}</bdi>
      </ins>
    </span>
  )
}
