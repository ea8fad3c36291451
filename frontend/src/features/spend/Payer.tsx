import type { KeySpend } from '../../bridge/types'
import { shortMoney } from '../../lib/format'
import { known, moneyOf, percentOf } from '../../lib/reading'
import { useLive } from '../../live/store'
import { shows } from '../../ui/Fact'
import { GROUP, groupName, limitOf, payerOf } from './budget'

/** The group whose balance a key without a limit of its own uses up. */
export function Payer({ of: key }: { of: KeySpend }) {
  const group = useLive((live) => payerOf(live, key))
  if (!group) return null
  return (
    <p className="dim" {...shows('key.payer', key.id)}>
      Paid from <a href={`#/spend/${encodeURIComponent(GROUP + group.id)}`}>{groupName(group)}</a>
      {known(group.usedRatio) !== null
        ? `: ${percentOf(group.usedRatio)} of ${moneyOf(limitOf(group), shortMoney)} used.`
        : '.'}
    </p>
  )
}

/** What thresholds of a key do that has no limit of its own: nothing, as no share of it is known. */
export function WhoseThresholds({ of: key }: { of: KeySpend }) {
  const group = useLive((live) => payerOf(live, key))
  if (known(key.limit) !== null) return null
  return (
    <p className="dim" {...shows('key.whoseThresholds', key.id)}>
      {group ? (
        <>
          It has no limit of its own: the thresholds of its group{' '}
          <a href={`#/spend/${encodeURIComponent(GROUP + group.id)}`}>{groupName(group)}</a> decide what you
          are told. Those here do nothing until it has a limit.
        </>
      ) : (
        'No limit of it is known: those here do nothing until one is.'
      )}
    </p>
  )
}
