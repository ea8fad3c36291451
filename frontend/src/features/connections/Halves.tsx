import type { Gateway } from '../../bridge/types'
import { shows } from '../../ui/Fact'
import { Shape } from '../../ui/Shape'
import { TimeAgo } from '../../ui/text'
import css from './connections.module.css'
import { stateShape, stateWord } from './labels'
import { NextTry } from './NextTry'

/** How both halves of a gateway are, and why. */
export function Halves({ gateway }: { gateway: Gateway }) {
  const halves = [
    ['Core', gateway.core],
    ['Admin', gateway.admin],
    ['Overall', gateway.overall],
  ] as const
  return (
    <div className={css.halves}>
      {halves.map(([name, state]) => (
        <div key={name}>
          <span className={css.halfName}>{name}</span>
          <span className={css.state} {...shows(`gateway.${name.toLowerCase()}`, gateway.id)}>
            <Shape of={stateShape(state)} label="" /> {stateWord(state)}
          </span>
        </div>
      ))}
      <div className={css.cause}>
        <span className={css.halfName}>{gateway.cause ? 'Why' : 'Last event'}</span>
        <span className={css.why} title={gateway.cause}>
          {gateway.cause ? (
            <bdi {...shows('gateway.cause', gateway.id)}>{gateway.cause}</bdi>
          ) : (
            <TimeAgo
              at={gateway.lastEventAt}
              otherwise="none yet"
              fact="gateway.lastEventAt"
              of={gateway.id}
            />
          )}
          <NextTry at={gateway.nextAt} />
        </span>
      </div>
    </div>
  )
}
