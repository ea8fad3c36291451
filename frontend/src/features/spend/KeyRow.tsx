import { memo } from 'react'
import { percent, shortMoney, UNKNOWN } from '../../lib/format'
import { known, moneyOf } from '../../lib/reading'
import { now } from '../../lib/time'
import { GatewayHint } from '../../live/GatewayHint'
import { useLive } from '../../live/store'
import { Bullet, levelOf } from '../../ui/Bullet'
import { Tag } from '../../ui/controls'
import { Cell } from '../../ui/DataTable'
import { shows } from '../../ui/Fact'
import { Name } from '../../ui/text'
import { AgeChip } from '../connections'
import { useThresholds } from '../settings'
import { groupName, keySpent, limitOf, payerOf, unlimitedWords } from './budget'
import { KeyCurve } from './curves'
import { forecastFor, lastsUntil, periodOver } from './forecast'
import css from './SpendPage.module.css'
import { TrendMark } from './TrendMark'

/** One key in the table. It renders when its own key changes, and for no other reason. */
export const KeyRow = memo(function KeyRow({ id }: { id: string }) {
  const key = useLive((live) => live.keys[id])
  const payer = useLive((live) => (live.keys[id] ? payerOf(live, live.keys[id]) : null))
  const forecast = useLive((live) => forecastFor(live, id, payer?.id))
  const thresholdsOf = useThresholds()
  if (!key) return null
  const name = key.name || key.key
  const share = (payer ?? key).usedRatio
  const used = known(share)
  const limit = payer ? limitOf(payer) : key.limit
  const whose = payer ? `shared with the keys of ${groupName(payer)}` : undefined
  const thresholds = thresholdsOf({
    gateway: key.gateway,
    group: payer?.group ?? key.group,
    key: payer ? '' : key.key,
  })
  const { spent, period, ofGroup } = keySpent(key, payer)
  const level = levelOf(used ?? -1, thresholds)
  return (
    <>
      <Cell className={css.keyName}>
        <Name>{name}</Name>
        <GatewayHint of={key} among="keys" />
        {key.status === 'disabled' || key.status === 'deleted' ? (
          <Tag fact={shows('key.status', id)}>{key.status}</Tag>
        ) : null}
        {key.trust === 'contradicted' ? (
          <Tag tone="warning" fact={shows('key.trust', id)}>
            not confirmed
          </Tag>
        ) : null}
      </Cell>
      <Cell>
        {used !== null ? (
          <span className={`${css.used} ${css[level] ?? ''}`} title={whose} {...shows('key.whose', id)}>
            <Bullet
              small
              used={used}
              thresholds={thresholds}
              period={payer ? -1 : periodOver(key, now())}
              fact={shows('key.share', id, share)}
              label={payer ? `${name}, balance of ${groupName(payer)} used` : `${name}, budget used`}
            />
            <b className="num" {...shows('key.share', id, share)}>
              {percent(used)}
            </b>
            {payer ? (
              <span className={css.payer} {...shows('key.payer', id)}>
                of <bdi>{groupName(payer)}</bdi>
              </span>
            ) : null}
          </span>
        ) : (
          <span className="faint" {...shows('key.share', id, share)}>
            {unlimitedWords(key, payer)}
          </span>
        )}
      </Cell>
      <Cell end className="num dim">
        <span title={whose} {...shows('key.limit', id, limit)}>
          {moneyOf(limit, shortMoney)}
        </span>
      </Cell>
      <Cell end className="num dim">
        <span title={forecast?.range} {...shows('forecast.lasts', id)}>
          {lastsUntil(forecast) || UNKNOWN}
        </span>
      </Cell>
      <Cell end className="num">
        {/* A new total tints its cell for a moment: the key makes it a new element. */}
        <span
          key={known(spent)}
          className={css.flash}
          title={`Spent ${period}`}
          {...shows(ofGroup ? 'key.spentOfGroup' : 'key.spent', id, spent)}
        >
          {known(spent) === null ? UNKNOWN : moneyOf(spent)}
        </span>
        {payer && !ofGroup && known(spent) !== null ? <small className="faint"> in all</small> : null}
      </Cell>
      <Cell>
        <TrendMark trend={key.trend} fact={shows('key.trend', id)} />
      </Cell>
      <Cell end className="num" fact={shows('key.lastHour', id, key.lastHour)}>
        {known(key.lastHour) === null ? UNKNOWN : moneyOf(key.lastHour)}
      </Cell>
      <Cell>
        <KeyCurve id={id} />
      </Cell>
      <Cell className="dim">
        <bdi title={key.lastModel} {...shows('key.lastModel', id)}>
          {key.lastModel || UNKNOWN}
        </bdi>
      </Cell>
      <Cell end className="faint">
        <AgeChip of={key} fact="key.updatedAt" id={id} />
      </Cell>
    </>
  )
})
