import { useStore } from 'zustand'
import { burnOf } from '../features/spend/burn'
import { plural, rate } from '../lib/format'
import { inScope, useScope } from '../live/scope'
import { liveStore, useLive } from '../live/store'
import { TimeAgo } from '../ui/text'
import css from './StatusLine.module.css'

/** Where what is shown comes from, how old it is, and what is spent now. */
export function StatusLine() {
  const scope = useScope()
  const pushed = useLive(
    (live) =>
      Object.values(live.links).filter((link) => inScope(scope, link) && link.state === 'connected').length,
  )
  const offered = useLive(
    (live) =>
      Object.values(live.links).filter(
        (link) => inScope(scope, link) && link.class !== 'unsupported' && link.class !== 'idle',
      ).length,
  )
  const polled = useLive(
    (live) =>
      new Set(
        [...Object.values(live.keys), ...Object.values(live.groups), ...Object.values(live.providers)]
          .filter((thing) => inScope(scope, thing) && thing.source.startsWith('rest:'))
          .map((thing) => `${thing.gateway} ${thing.source}`),
      ).size,
  )
  const last = useLive((live) =>
    Math.max(
      0,
      ...Object.values(live.gateways)
        .filter((g) => scope === '' || g.id === scope)
        .map((g) => g.lastEventAt),
    ),
  )
  const burn = useLive((live) =>
    burnOf(Object.values(live.gateways).filter((gateway) => scope === '' || gateway.id === scope)),
  )
  const version = useStore(liveStore, (mirror) => mirror.version)
  return (
    <footer className={css.line}>
      <span title={`${pushed} of ${offered} hubs are connected`}>
        pushed <b className="num">{plural(pushed, 'hub')}</b>
      </span>
      {polled > 0 ? (
        <span>
          polled <b className="num">{polled}</b>
        </span>
      ) : null}
      <span>
        last event <TimeAgo at={last} otherwise="not yet" />
      </span>
      <span>
        <b className="num">{rate(burn)}</b>
      </span>
      <span className={css.version}>{version ? `Gatewatch ${version}` : ''}</span>
    </footer>
  )
}
