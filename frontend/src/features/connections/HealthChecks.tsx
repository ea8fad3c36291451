import { useCallback } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { clock, fullTime } from '../../lib/format'
import { useTicking } from '../../lib/time'
import { useLive } from '../../live/store'
import { shows } from '../../ui/Fact'
import { Shape } from '../../ui/Shape'
import { TimeAgo } from '../../ui/text'
import css from './delivery.module.css'
import { COMPONENTS, componentLabel, componentShape } from './deliveryLabels'

/** What is only known from what the Core API says of itself: anybody may ask it that, with a key or without. */
const SAID_BY_CORE: readonly string[] = ['event_bus']

/** The five lights of a gateway: how its components are, since when, and from what that is known. */
export function HealthChecks({ gateway }: { gateway: string }) {
  const components = useLive(
    useShallow((live) => COMPONENTS.map(([component]) => live.components[`${gateway}/${component}`])),
  )
  if (components.every((component) => component === undefined)) return null
  return (
    <ul className={css.checks} aria-label="Parts of the gateway">
      {COMPONENTS.map(([id, name], i) => {
        const component = components[i]
        const health = component?.health ?? 'unknown'
        return (
          <li key={id}>
            <span className={css.checkName}>{name}</span>
            <span className={css.check} {...shows('component.health', `${gateway}/${id}`)}>
              <Shape of={componentShape(health)} label="" /> {componentLabel(health)}
              {component && health !== 'unknown' ? (
                <span className="faint">
                  {component.began ? ' since ' : ' known since '}
                  <Since at={component.since} of={component.id} />
                </span>
              ) : null}
            </span>
            <span className={css.checkReason}>
              {component?.reason ? (
                <bdi {...shows('component.reason', component.id)}>{component.reason}</bdi>
              ) : null}
              {component && !component.reason && component.observedAt > 0 ? (
                <>
                  {SAID_BY_CORE.includes(id) ? 'Core says so, seen ' : 'Seen '}
                  <TimeAgo at={component.observedAt} fact="component.observedAt" of={component.id} />
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
function Since({ at, of }: { at: number; of: string }) {
  const text = useTicking(useCallback((now) => clock(at, now), [at]))
  return (
    <time
      className="num"
      {...shows('component.since', of)}
      title={fullTime(at)}
      dateTime={new Date(at).toISOString()}
    >
      {text}
    </time>
  )
}
