import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useSpendSeries } from '../../bridge/queries'
import type { KeySpend } from '../../bridge/types'
import {
  clock,
  count,
  fineMoney,
  fullTime,
  money,
  percent,
  rate,
  shortMoney,
  UNKNOWN,
} from '../../lib/format'
import { go } from '../../lib/route'
import { useNow } from '../../lib/time'
import { useLive } from '../../live/store'
import { Bullet } from '../../ui/Bullet'
import { EmptyMessage } from '../../ui/Panel'
import { Facts, Part, SidePanel } from '../../ui/SidePanel'
import { TimeChart } from '../../ui/TimeChart'
import { Clock, Name } from '../../ui/text'
import { failureRow, sourceWords } from '../../ui/things'
import { AgeChip } from '../connections/AgeChip'
import { useThresholds } from '../settings/useThresholds'
import { GROUP, groupName, limitOf, payerOf } from './budget'
import css from './SpendPage.module.css'
import { TrendMark } from './TrendMark'
import { useVirtualKeySpend } from './useVirtualKeySpend'

const HOUR = 3_600_000

/** One key: how much of how much, since when, whence, and what it paid for last. */
export function KeyPanel({ id }: { id: string }) {
  const key = useVirtualKeySpend(id)
  const thresholds = useThresholds()
  const close = () => go('spend')
  if (!key) {
    return (
      <SidePanel label="Virtual key" title="Key" onClose={close}>
        <EmptyMessage title="This key is not known any more." />
      </SidePanel>
    )
  }
  const name = key.name || key.key
  return (
    <SidePanel label={`Virtual key ${name}`} title={<Name>{name}</Name>} onClose={close}>
      <div>
        <div className={`${css.big} num`}>
          {key.total < 0 ? UNKNOWN : money(key.total)}
          <small>
            {key.limit > 0
              ? `of ${shortMoney(key.limit)} · ${percent(key.used)} used`
              : 'no limit of its own'}
          </small>
        </div>
        {key.used >= 0 ? (
          <div className={css.meter}>
            <Bullet used={key.used} thresholds={thresholds} label={`${name}, budget used`} />
          </div>
        ) : null}
      </div>
      <Payer of={key} />
      {key.totalSince > 0 ? (
        <p className="dim">
          Summed from the request log since {fullTime(key.totalSince)}, without streaming.
        </p>
      ) : null}
      {key.trust === 'contradicted' ? (
        <p className={css.note}>
          <b>Not confirmed:</b> the hub said {percent(key.reported)}, the ledger says {percent(key.used)}.
        </p>
      ) : null}
      <KeyFacts of={key} remaining={key.remaining} />
      <Part title="Spend per hour, last 24 h">
        <KeyChart of={key} />
      </Part>
      <Part title="Last bookings">
        <KeyBookings of={key} />
      </Part>
    </SidePanel>
  )
}

/** The group whose balance a key without a limit of its own uses up. */
function Payer({ of: key }: { of: KeySpend }) {
  const group = useLive((live) => payerOf(live, key))
  if (!group) return null
  return (
    <p className="dim">
      Paid from <a href={`#/spend/${encodeURIComponent(GROUP + group.id)}`}>{groupName(group)}</a>
      {group.used >= 0 ? `: ${percent(group.used)} of ${shortMoney(limitOf(group))} used.` : '.'}
    </p>
  )
}

function KeyFacts({ of: key, remaining }: { of: KeySpend; remaining: number | null }) {
  return (
    <Facts
      rows={[
        remaining === null ? null : ['Left', money(remaining)],
        ['Last 15 min', rate(key.rate15m)],
        [
          'Last hour',
          <span key="rate">
            {rate(key.rate1h)} <TrendMark trend={key.trend} />
          </span>,
        ],
        ['Last 24 h', key.rate24h < 0 ? 'needs a day of traffic' : rate(key.rate24h)],
        [
          'Last request',
          key.lastAmount > 0
            ? `${fineMoney(key.lastAmount)} on ${key.lastModel || 'an unnamed model'}`
            : UNKNOWN,
        ],
        failureRow(key),
        key.expires > 0 ? ['Expires', fullTime(key.expires)] : null,
        key.resets > 0 ? ['Budget resets', fullTime(key.resets)] : null,
        ['Seen since start', `${count(key.requests)} bookings, ${money(key.seen)}`],
        ['Status', key.status],
        key.reported >= 0
          ? [
              'The gateway says',
              `${percent(key.reported)}${key.reportedAt > 0 ? ` at ${clock(key.reportedAt)}` : ''}`,
            ]
          : null,
        ['Group', key.group || UNKNOWN],
        [
          'Source',
          <span key="source">
            {sourceWords(key.source)}, <AgeChip of={key} />
          </span>,
        ],
        [
          'Id',
          <bdi key="id" className="mono">
            {key.key}
          </bdi>,
        ],
        key.refused > 0 ? ['Refused', `${count(key.refused)} totals were older than what was known`] : null,
      ]}
    />
  )
}

function KeyChart({ of: key }: { of: KeySpend }) {
  const end = useNow(HOUR) + HOUR
  const query = useSpendSeries({
    gateway: key.gateway,
    key: key.key,
    by: '',
    from: end - 24 * HOUR,
    to: end,
    stepMs: HOUR,
    top: 1,
  })
  const lines = useMemo(
    () =>
      (query.data?.series ?? [])
        .slice(0, 1)
        .map((line) => ({ name: 'Spend', colour: '--s1', values: line.values })),
    [query.data],
  )
  if (query.isError) return <p className="dim">The history cannot be read: {query.error.message}</p>
  if (lines.length === 0)
    return <p className="dim">{query.isPending ? 'Reading the history…' : 'Nothing is recorded yet.'}</p>
  return (
    <TimeChart
      label="Spend per hour, last 24 hours"
      from={query.data?.from ?? end - 24 * HOUR}
      stepMs={HOUR}
      lines={lines}
      height={130}
    />
  )
}

function KeyBookings({ of: key }: { of: KeySpend }) {
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
            <Clock at={transaction.at} />
          </span>
          <Name or="unnamed model">{transaction.model}</Name>
          <span className="num">{fineMoney(transaction.amount)}</span>
        </li>
      ))}
    </ul>
  )
}
