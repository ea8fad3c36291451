import { memo } from 'react'
import { money, percent, rate, shortMoney, UNKNOWN } from '../../lib/format'
import { useLive } from '../../live/store'
import { Bullet, levelOf } from '../../ui/Bullet'
import { Tag } from '../../ui/controls'
import { Cell } from '../../ui/DataTable'
import { Name } from '../../ui/text'
import { AgeChip } from '../connections/AgeChip'
import { useThresholds } from '../settings/useThresholds'
import { groupName, limitOf, payerOf } from './budget'
import css from './SpendPage.module.css'
import { TrendMark } from './TrendMark'

/** One key in the table. It renders when its own key changes, and for no other reason. */
export const KeyRow = memo(function KeyRow({ id }: { id: string }) {
  const key = useLive((live) => live.keys[id])
  const payer = useLive((live) => (live.keys[id] ? payerOf(live, live.keys[id]) : null))
  const thresholds = useThresholds()
  if (!key) return null
  const name = key.name || key.key
  const used = payer?.used ?? key.used
  const limit = payer ? limitOf(payer) : key.limit
  const whose = payer ? `shared with the keys of ${groupName(payer)}` : undefined
  const level = levelOf(used, thresholds)
  return (
    <>
      <Cell className={css.keyName}>
        <Name>{name}</Name>
        {key.status === 'disabled' || key.status === 'deleted' ? <Tag>{key.status}</Tag> : null}
        {key.trust === 'contradicted' ? <Tag tone="warning">not confirmed</Tag> : null}
      </Cell>
      <Cell>
        {used >= 0 ? (
          <span className={`${css.used} ${css[level] ?? ''}`} title={whose}>
            <Bullet
              small
              used={used}
              thresholds={thresholds}
              label={payer ? `${name}, balance of ${groupName(payer)} used` : `${name}, budget used`}
            />
            <b className="num">{percent(used)}</b>
          </span>
        ) : (
          <span className="faint">no limit</span>
        )}
      </Cell>
      <Cell end className="num">
        {/* A new total tints its cell for a moment: the key makes it a new element. */}
        <span key={key.total} className={css.flash}>
          {key.total < 0 ? UNKNOWN : money(key.total)}
        </span>
      </Cell>
      <Cell end className="num dim">
        <span title={whose}>{limit > 0 ? shortMoney(limit) : UNKNOWN}</span>
      </Cell>
      <Cell>
        <TrendMark trend={key.trend} />
      </Cell>
      <Cell end className="num">
        {rate(key.rate1h)}
      </Cell>
      <Cell className="dim">
        <bdi title={key.lastModel}>{key.lastModel || UNKNOWN}</bdi>
      </Cell>
      <Cell end className="faint">
        <AgeChip of={key} />
      </Cell>
    </>
  )
})
