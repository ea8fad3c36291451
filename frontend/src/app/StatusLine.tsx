import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { Frame } from '../bridge/types'
import { burnOf, burnWords } from '../features/spend'
import { clockSeconds, count, plural, words } from '../lib/format'
import { why } from '../lib/reading'
import { inScope, useScope } from '../live/scope'
import { liveStore, useLive } from '../live/store'
import { shows } from '../ui/Fact'
import { TimeAgo } from '../ui/text'
import css from './StatusLine.module.css'

/** Where what is shown comes from, how old it is, and what is spent now. */
export function StatusLine() {
  const scope = useScope()
  const hubs = useLive((live) => live.outlooks[scope]?.hubs)
  const lists = useLive(
    (live) =>
      Object.values(live.pollTargets).filter(
        (target) => inScope(scope, target) && target.intervalMs > 0 && target.outcome === 'good',
      ).length,
  )
  const behind = useStore(liveStore, (mirror) => mirror.behind)
  const last = useLive((live) =>
    Math.max(
      0,
      ...Object.values(live.gateways)
        .filter((g) => scope === '' || g.id === scope)
        .map((g) => g.lastEventAt),
    ),
  )
  const gateways = useLive(
    useShallow((live) =>
      Object.values(live.gateways).filter((gateway) => scope === '' || gateway.id === scope),
    ),
  )
  const burn = burnOf(gateways)
  const version = useStore(liveStore, (mirror) => mirror.version)
  return (
    <footer className={css.line}>
      <div className={css.said}>
        {hubs ? (
          <span title="Hubs that push what happens" {...shows('hubs.connected', scope)}>
            <b className="num">{count(hubs.connected)}</b> of {plural(hubs.offered, 'hub')} connected
            {hubs.partly > 0 ? `, ${count(hubs.partly)} for some keys only` : ''}
          </span>
        ) : null}
        {lists > 0 ? (
          <span
            title="Lists that are read at intervals, and were answered last time"
            {...shows('lists.read', scope)}
          >
            <b className="num">{plural(lists, 'list')}</b> read
          </span>
        ) : null}
        {Object.keys(behind).length > 0 ? (
          <span role="status" {...shows('topics.behind')}>
            {behindWords(behind)}
          </span>
        ) : null}
        <span>
          last event <TimeAgo at={last} otherwise="not yet" fact="gateway.lastEventAt" of={scope} />
        </span>
        <span title={why(burn)}>
          <b className="num" {...shows('gateway.burn', scope, burn)}>
            {burnWords(gateways)}
          </b>
        </span>
      </div>
      <span className={css.version} {...shows('app.version')}>
        {version ? `Gatewatch ${version}` : ''}
      </span>
    </footer>
  )
}

/** Which topics change faster than they can be shown: "Keys behind since 14:02:05". */
function behindWords(behind: NonNullable<Frame['behind']>): string {
  const topics = Object.keys(behind).map((topic, i) => (i === 0 ? words(topic) : topic))
  return `${topics.join(', ')} behind since ${clockSeconds(Math.min(...Object.values(behind)))}`
}
