import { useCallback } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { clock, fullTime } from '../../lib/format'
import { useTicking } from '../../lib/time'
import { useLive } from '../../live/store'
import { Shape } from '../../ui/Shape'
import { TimeAgo } from '../../ui/text'
import css from './coverage.module.css'
import { PARTS, partShape, partWord } from './coverageWords'

/** The five lights of a gateway: how its parts are, since when, and from what that is known. */
export function Lights({ gateway }: { gateway: string }) {
  const parts = useLive(useShallow((live) => PARTS.map(([part]) => live.parts[`${gateway}/${part}`])))
  if (parts.every((part) => part === undefined)) return null
  return (
    <ul className={css.lights} aria-label="Parts of the gateway">
      {PARTS.map(([id, name], i) => {
        const part = parts[i]
        const health = part?.health ?? 'unknown'
        return (
          <li key={id}>
            <span className={css.lightName}>{name}</span>
            <span className={css.light}>
              <Shape of={partShape(health)} label="" /> {partWord(health)}
              {part && health !== 'unknown' ? (
                <span className="faint">
                  {' '}
                  since <Since at={part.since} />
                </span>
              ) : null}
            </span>
            <span className={css.lightWhy}>
              {part?.reason ? <bdi>{part.reason}</bdi> : null}
              {part && !part.reason && part.seenAt > 0 ? (
                <>
                  Seen <TimeAgo at={part.seenAt} />
                </>
              ) : null}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

/** "14:02", or the day where it was another one. */
function Since({ at }: { at: number }) {
  const text = useTicking(useCallback((now) => clock(at, now), [at]))
  return (
    <time className="num" title={fullTime(at)} dateTime={new Date(at).toISOString()}>
      {text}
    </time>
  )
}
