import { useMemo } from 'react'
import { useSpendSeries } from '../../bridge/queries'
import type { KeySpend } from '../../bridge/types'
import { clock, count, fineMoney, fullTime, money, percent, shortMoney, UNKNOWN } from '../../lib/format'
import { asOf, known, moneyOf, percentOf, rateOf } from '../../lib/reading'
import { go } from '../../lib/route'
import { now, useNow } from '../../lib/time'
import { useMarks } from '../../live/marks'
import { useLive } from '../../live/store'
import { Bullet } from '../../ui/Bullet'
import { Fact, shows } from '../../ui/Fact'
import { failureRow, sourceWords } from '../../ui/labels'
import { EmptyMessage } from '../../ui/Panel'
import { DetailList, DetailSection, SidePanel } from '../../ui/SidePanel'
import { TimeChart } from '../../ui/TimeChart'
import { Name } from '../../ui/text'
import { AgeChip } from '../connections'
import { EVERYTHING, MuteButton } from '../mutes'
import { showAsItWas } from '../replay'
import { OwnThresholds, useThresholds } from '../settings'
import { groupName, keySpent, payerOf, unlimitedWords } from './budget'
import { lastDayWords, lastHourWords } from './burn'
import { ForecastSection } from './ForecastSection'
import { periodOver } from './forecast'
import { KeyBookings } from './KeyBookings'
import { Payer, WhoseThresholds } from './Payer'
import css from './SpendPage.module.css'
import { TrendMark } from './TrendMark'
import { useVirtualKeySpend } from './useVirtualKeySpend'

const HOUR = 3_600_000

const DAY = 24 * 60 * 60_000

/** One key: how much of how much, since when, whence, and what it paid for last. */
export function KeyPanel({ id }: { id: string }) {
  const key = useVirtualKeySpend(id)
  const payer = useLive((live) => (live.keys[id] ? payerOf(live, live.keys[id]) : null))
  const thresholdsOf = useThresholds()
  const close = () => go('spend')
  if (!key) {
    return (
      <SidePanel label="Virtual key" title="Key" onClose={close}>
        <EmptyMessage title="This key is not known any more." />
      </SidePanel>
    )
  }
  const name = key.name || key.key
  const { spent, period, ofGroup } = keySpent(key, payer)
  const used = known(key.usedRatio)
  const at = { gateway: key.gateway, group: key.group, key: key.key }
  return (
    <SidePanel
      label={`Virtual key ${name}`}
      title={<Name>{name}</Name>}
      onClose={close}
      actions={<MuteButton scope={{ ...EVERYTHING, kind: 'key', entity: id }} />}
    >
      <div>
        <div className={`${css.big} num`}>
          <Fact name={ofGroup ? 'key.spentOfGroup' : 'key.spent'} of={id} is={spent}>
            {known(spent) === null ? UNKNOWN : moneyOf(spent)}
          </Fact>
          <small {...shows('key.ofLimit', id, key.limit)}>
            {known(key.limit) !== null
              ? `of ${moneyOf(key.limit, shortMoney)} · ${percentOf(key.usedRatio)} used`
              : payer
                ? 'no limit of its own'
                : unlimitedWords(key, null)}
          </small>
          {known(key.limit) !== null ? (
            <small {...shows('budget.asOf', id, key.usedRatio)}>{asOf(key.usedRatio)}</small>
          ) : null}
        </div>
        {used !== null ? (
          <div className={css.meter}>
            <Bullet
              used={used}
              thresholds={thresholdsOf(at)}
              period={periodOver(key, now())}
              label={`${name}, budget used`}
              fact={shows('key.share', id, key.usedRatio)}
            />
          </div>
        ) : null}
      </div>
      {known(spent) === null ? null : (
        <p className="dim" {...shows('key.period', id)}>
          Spent {period}.
        </p>
      )}
      {key.movedAt > 0 && now() - key.movedAt < DAY ? (
        <p className="dim" {...shows('key.movedAt', id)}>
          It came to this group at {clock(key.movedAt)}. Rates and today are of all that it spent, also of
          what its group before paid.
        </p>
      ) : null}
      <Payer of={key} />
      {key.totalSince > 0 ? (
        <p className="dim" {...shows('key.totalSince', id)}>
          Summed since {fullTime(key.totalSince)}: its calls in the request log, and what its group was
          debited for it at once. Streamed calls are in neither.
        </p>
      ) : null}
      {key.trust === 'contradicted' ? (
        <p className={css.note} {...shows('key.contradicted', id)}>
          <b>Not confirmed:</b> the hub said {percent(key.reportedRatio)}, the ledger says{' '}
          {percentOf(key.usedRatio)}.
        </p>
      ) : null}
      {payer ? (
        <ForecastSection
          kind="group"
          id={payer.id}
          title={`How long the balance of ${groupName(payer)} lasts`}
        />
      ) : (
        <ForecastSection kind="key" id={id} />
      )}
      <KeyFacts of={key} remaining={key.remaining} />
      <DetailSection title="Thresholds">
        <WhoseThresholds of={key} />
        <OwnThresholds of={at} name={name} />
      </DetailSection>
      <DetailSection title="Spend per hour, last 24 h">
        <KeyChart of={key} />
      </DetailSection>
      <DetailSection title="Last bookings">
        <KeyBookings of={key} />
      </DetailSection>
    </SidePanel>
  )
}

function KeyFacts({ of: key, remaining }: { of: KeySpend; remaining: number | null }) {
  return (
    <DetailList
      rows={[
        remaining === null ? null : ['Left', money(remaining), shows('key.left', key.id)],
        key.unlogged > 0
          ? ['Of it not in the request log', money(key.unlogged), shows('key.unlogged', key.id)]
          : null,
        key.elsewhere > 0
          ? [
              'Besides, paid by other groups since their top-ups',
              money(key.elsewhere),
              shows('key.elsewhere', key.id),
            ]
          : null,
        ['Today', moneyOf(key.today) + asOf(key.today), shows('key.today', key.id, key.today)],
        [`Last ${key.rateSpan} min`, rateOf(key.rate15m), shows('key.rate', key.id, key.rate15m)],
        [
          'Last hour',
          <span key="rate">
            <Fact name="key.lastHour" of={key.id} is={key.lastHour}>
              {lastHourWords(key)}
            </Fact>{' '}
            <TrendMark trend={key.trend} fact={shows('key.trend', key.id)} />
          </span>,
        ],
        ['Last 24 h', lastDayWords(key), shows('key.lastDay', key.id, key.lastDay)],
        [
          'Last request',
          key.lastAmount > 0
            ? `${fineMoney(key.lastAmount)} on ${key.lastModel || 'an unnamed model'}`
            : UNKNOWN,
          shows('key.lastRequest', key.id),
        ],
        failureRow(key, shows('key.failed', key.id)),
        key.expires > 0 ? ['Expires', fullTime(key.expires), shows('key.expires', key.id)] : null,
        key.periodEnd > 0 ? ['Budget resets', fullTime(key.periodEnd), shows('key.periodEnd', key.id)] : null,
        [
          'Seen since start',
          `${count(key.requests)} bookings, ${money(key.observedTotal)}`,
          shows('key.observed', key.id),
        ],
        ['Status', key.status, shows('key.status', key.id)],
        key.reportedRatio >= 0
          ? [
              'The gateway says',
              `${percent(key.reportedRatio)}${key.reportedAt > 0 ? ` at ${clock(key.reportedAt)}` : ''}`,
              shows('key.reported', key.id),
            ]
          : null,
        ['Group', key.group || UNKNOWN, shows('key.group', key.id)],
        [
          'Source',
          <span key="source">
            <Fact name="key.source" of={key.id}>
              {sourceWords(key.source)}
            </Fact>
            , <AgeChip of={key} fact="key.updatedAt" id={key.id} />
          </span>,
        ],
        [
          'Id',
          <bdi key="id" className="mono">
            {key.key}
          </bdi>,
          shows('key.id', key.id),
        ],
        key.staleTotals > 0
          ? [
              'Refused',
              `${count(key.staleTotals)} totals were older than what was known`,
              shows('key.refused', key.id),
            ]
          : null,
      ]}
    />
  )
}

function KeyChart({ of: key }: { of: KeySpend }) {
  const marks = useMarks()
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
      fact="key.hours"
      of={key.id}
      from={query.data?.from ?? end - 24 * HOUR}
      stepMs={HOUR}
      lines={lines}
      marks={marks}
      undated={query.data?.undated}
      deedAt={showAsItWas}
      height={130}
    />
  )
}
