import { useShallow } from 'zustand/react/shallow'
import type { KeySpend } from '../../bridge/types'
import { fineMoney } from '../../lib/format'
import { useLive } from '../../live/store'
import { shows } from '../../ui/Fact'
import { Clock, Name } from '../../ui/text'
import css from './SpendPage.module.css'

/** The newest bookings of a key that this run has seen, at most eight. */
export function KeyBookings({ of: key }: { of: KeySpend }) {
  const last = useLive(
    useShallow((live) =>
      Object.values(live.transactions)
        .filter((transaction) => transaction.gateway === key.gateway && transaction.key === key.key)
        .sort((a, b) => b.at - a.at)
        .slice(0, 8),
    ),
  )
  if (last.length === 0) return <p className="dim">None since Gatewatch started.</p>
  return (
    <ul className={css.mini}>
      {last.map((transaction) => (
        <li key={transaction.id}>
          <span className="faint">
            <Clock at={transaction.at} fact="booking.at" of={transaction.id} />
          </span>
          <Name or="unnamed model">{transaction.model}</Name>
          <span className="num" {...shows('booking.amount', transaction.id)}>
            {fineMoney(transaction.amount)}
          </span>
        </li>
      ))}
    </ul>
  )
}
