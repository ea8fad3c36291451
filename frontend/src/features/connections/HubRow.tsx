import { memo } from 'react'
import { count, latency, UNKNOWN } from '../../lib/format'
import { go } from '../../lib/route'
import { useLive } from '../../live/store'
import { shows, unlessNegative } from '../../ui/Fact'
import { Shape } from '../../ui/Shape'
import { Name, TimeAgo } from '../../ui/text'
import css from './connections.module.css'
import { classWords, hubName, linkShape, linkWord, transportWord } from './labels'
import { NextTry } from './NextTry'

/** One hub: how it is, why, and what came over it. */
export const HubRow = memo(function HubRow({ id, opened }: { id: string; opened: boolean }) {
  const link = useLive((live) => live.links[id])
  const label = useLive((live) => {
    const of = live.links[id]
    const key = of?.slot ? live.monitoredKeys[`${of.gateway}/${of.slot}`] : undefined
    return key ? key.label || key.name || `key ${key.slot}` : ''
  })
  if (!link) return null
  // It asks and is answered: nothing comes of itself that could be counted as an event.
  const rest = link.hub === 'rest'
  const unread = link.unrecognised + link.badFrames + link.dropped
  return (
    <tr className={opened ? css.openedRow : undefined}>
      <th scope="row">
        <button
          type="button"
          className={css.hub}
          onClick={() => go('connections', opened ? '' : id)}
          aria-expanded={opened}
        >
          <Name>{hubName(link.hub)}</Name>
          {label ? (
            <span className="faint">
              <bdi {...shows('name')}>{label}</bdi>
            </span>
          ) : null}
          <span className="faint">{link.plane}</span>
        </button>
      </th>
      <td>
        <span className={css.state} {...shows('link.state', id)}>
          <Shape of={linkShape(link)} label="" />
          {linkWord(link)}
          <span className="dim">
            {link.state === 'connected' ? null : (
              <bdi title={link.cause}>
                {link.cause || classWords(link.class)}
                <NextTry at={link.nextAt} />
              </bdi>
            )}
          </span>
        </span>
      </td>
      <td className="dim" {...shows('link.transport', id)}>
        {transportWord(link.transport)}
      </td>
      {rest ? (
        <td className={css.num} title="It reads lists: nothing is pushed to it">
          <span className="faint">{UNKNOWN}</span>
        </td>
      ) : (
        <td className={css.num} {...shows('link.events', id)}>
          {count(link.events)}
        </td>
      )}
      <td
        className={css.num}
        {...shows('link.unread', id)}
        title={`${link.unrecognised} unrecognised, ${link.badFrames} malformed, ${link.dropped} given up`}
      >
        {unread > 0 ? <span className={css.bad}>{count(unread)}</span> : <span className="faint">0</span>}
      </td>
      <td className={css.num} {...shows('link.roundTrip', id, unlessNegative(link.roundTripMs))}>
        {latency(link.roundTripMs)}
      </td>
      <td className={css.num}>
        {rest ? <span className="faint">answer </span> : null}
        <TimeAgo at={Math.max(link.lastEventAt, link.anyEventAt)} fact="link.lastEventAt" of={id} />
      </td>
    </tr>
  )
})
