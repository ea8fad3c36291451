import { memo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { fineMoney, money, UNKNOWN } from '../../lib/format'
import { QUARTER_MS, useNow } from '../../lib/time'
import { GatewayHint } from '../../live/GatewayHint'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { NewPill } from '../../ui/controls'
import { Cell, type Column, DataTable } from '../../ui/DataTable'
import { shows, unlessNegative } from '../../ui/Fact'
import { sourceWords } from '../../ui/labels'
import { EmptyMessage, Panel } from '../../ui/Panel'
import { Clock, Name } from '../../ui/text'
import { useStableOrder } from '../../ui/useStableOrder'
import css from './SpendPage.module.css'

const columns = (time: string): readonly Column[] => [
  { key: 'at', head: 'Time', width: time },
  { key: 'key', head: 'Key', width: 'minmax(110px, 1fr)' },
  { key: 'model', head: 'Model', from: 454, width: 'minmax(110px, 1fr)' },
  { key: 'provider', head: 'Provider', from: 680, width: 'minmax(90px, 0.8fr)' },
  { key: 'amount', head: 'Amount', width: '92px', end: true },
  { key: 'total', head: 'Total after', from: 562, width: '96px', end: true },
]
const COLUMNS = columns('78px')
/** With room for a day. */
const WITH_DAY = columns('136px')

/** The last bookings, newest first. */
export function TransactionsPanel() {
  const scope = useScope()
  const ids = useLive(
    useShallow((live) =>
      Object.values(live.transactions)
        .filter((transaction) => inScope(scope, transaction))
        .sort((a, b) => b.at - a.at || Number(b.id) - Number(a.id))
        .map((transaction) => transaction.id),
    ),
  )
  const calm = useStableOrder(ids)
  const midnight = new Date(useNow(QUARTER_MS)).setHours(0, 0, 0, 0)
  const days = useLive((live) => Object.values(live.transactions).some(({ at }) => at < midnight))
  return (
    <Panel title="Recent transactions" aside={<NewPill waiting={calm.waiting} onShow={calm.release} />} flush>
      <DataTable
        label="Recent transactions"
        columns={days ? WITH_DAY : COLUMNS}
        ids={calm.ids}
        Row={TransactionRow}
        rowHeight={30}
        onPointer={calm.hold}
        empty={
          <EmptyMessage title="No booking seen yet.">
            Each request that is charged while Gatewatch watches shows here. What was spent before is in the
            sums, and is not listed.
          </EmptyMessage>
        }
      />
    </Panel>
  )
}

const TransactionRow = memo(function TransactionRow({ id }: { id: string }) {
  const transaction = useLive((live) => live.transactions[id])
  if (!transaction) return null
  return (
    <>
      <Cell className="dim">
        <span title={sourceWords(transaction.source)} {...shows('booking.source', id)}>
          <Clock at={transaction.at} fact="booking.at" of={id} />
        </span>
      </Cell>
      <Cell className={css.keyName}>
        <Name>{transaction.keyName || transaction.key}</Name>
        <GatewayHint of={{ gateway: transaction.gateway, name: transaction.keyName }} among="keys" />
      </Cell>
      <Cell className="dim">
        <bdi {...shows('booking.model', id)}>{transaction.model || UNKNOWN}</bdi>
      </Cell>
      <Cell className="dim">
        <bdi {...shows('booking.provider', id)}>{transaction.provider || UNKNOWN}</bdi>
      </Cell>
      <Cell end className="num" fact={shows('booking.amount', id)}>
        {fineMoney(transaction.amount)}
      </Cell>
      <Cell end className="num dim" fact={shows('booking.total', id, unlessNegative(transaction.total))}>
        {transaction.total < 0 ? UNKNOWN : money(transaction.total)}
      </Cell>
    </>
  )
})
