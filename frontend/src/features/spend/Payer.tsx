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
