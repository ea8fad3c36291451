import type { ReactNode } from 'react'
import { useAlerts } from '../features/alerts'
import { atLeast, leftOut, useNavigationStateHub } from '../features/navigation'
import { count, shortCount } from '../lib/format'
import { type Page, pathTo, useRoute } from '../lib/route'
import { inScope, useScope } from '../live/scope'
import { useLive } from '../live/store'
import { shows, unlessNegative } from '../ui/Fact'
import { ITEMS } from './navigation'
import css from './Rail.module.css'
import { Synced } from './Synced'

/** The pages, with what there is on each. */
export function Rail() {
  const { page } = useRoute()
  return (
    <nav className={css.rail} aria-label="Pages">
      <div className={css.brand}>
        <img src="./icon.svg" alt="" width={22} height={22} />
        <span>Gatewatch</span>
      </div>
      <ul>
        {ITEMS.map((item) => (
          <li key={item.page}>
            <a
              href={`#${pathTo(item.page)}`}
              aria-current={item.page === page ? 'page' : undefined}
              title={`${item.name} (g ${item.key})`}
            >
              <item.icon size={17} stroke={1.7} aria-hidden />
              <span className={css.label}>{item.name}</span>
              <PageCount page={item.page} />
            </a>
          </li>
        ))}
      </ul>
      <Inventory />
    </nav>
  )
}

function PageCount({ page }: { page: Page }): ReactNode {
  switch (page) {
    case 'alerts':
      return <AlertCount />
    case 'spend':
      return <Total entity="virtual_key" what="virtual keys" />
    case 'providers':
      return <Total entity="provider" what="providers" />
    case 'tasks':
      return <RunningCount />
    case 'connections':
      return <ConnectionFailureCount />
    default:
      return null
  }
}

function AlertCount() {
  const open = useAlerts('open')
  const scope = useScope()
  if (open.length === 0) return null
  const tone = open[0]?.severity === 'critical' ? css.critical : css.warning
  return (
    <span
      className={`${css.count} ${tone}`}
      title={`${open.length} open alerts`}
      {...shows('alerts.open', scope)}
    >
      {open.length}
    </span>
  )
}

function Total({ entity, what }: { entity: 'virtual_key' | 'provider'; what: string }) {
  const badge = useNavigationStateHub().badges[entity]
  const counted = badge.count
  const scope = useScope()
  const seen = useLive((live) => {
    if (entity === 'provider')
      return Object.values(live.providers).filter((one) => inScope(scope, one)).length
    return Object.values(live.keys).filter((key) => inScope(scope, key) && key.status !== 'deleted').length
  })
  const n = counted < 0 ? seen : counted
  return n > 0 ? (
    <span
      className={css.count}
      title={
        counted < 0 ? `${count(n)} ${what} seen` : `${atLeast(badge)}${count(n)} ${what}${leftOut(badge)}`
      }
      {...shows(`${entity}.count`, scope)}
    >
      {atLeast(badge)}
      {shortCount(n)}
    </span>
  ) : null
}

function RunningCount() {
  const scope = useScope()
  const running = useLive(
    (live) =>
      Object.values(live.tasks).filter((task) => inScope(scope, task) && task.finishedAt === 0).length,
  )
  return running > 0 ? (
    <span className={css.count} title={`${running} running tasks`} {...shows('tasks.running', scope)}>
      {running}
    </span>
  ) : null
}

function ConnectionFailureCount() {
  const scope = useScope()
  const troubled = useLive(
    (live) =>
      Object.values(live.links).filter(
        (link) =>
          inScope(scope, link) &&
          link.class !== 'unsupported' &&
          link.class !== 'idle' &&
          (link.state === 'error' || link.state === 'reconnecting'),
      ).length,
  )
  return troubled > 0 ? (
    <span
      className={`${css.count} ${css.warning}`}
      title={`${troubled} hubs are not connected`}
      {...shows('links.troubled', scope)}
    >
      {troubled}
    </span>
  ) : null
}

const ENTITIES = [
  ['model_mapping', 'Model mappings'],
  ['provider', 'Providers'],
  ['virtual_key', 'Virtual keys'],
] as const

/** How much there is of what administrators manage, and when that was last in step. */
function Inventory() {
  const { badges } = useNavigationStateHub()
  const scope = useScope()
  return (
    <section className={css.inventory} aria-label="On the gateways">
      <dl>
        {ENTITIES.map(([entity, name]) => (
          <div key={entity}>
            <dt>{name}</dt>
            <dd
              className="num"
              title={leftOut(badges[entity]).replace(/^; h/, 'H') || undefined}
              {...shows(`${entity}.count`, scope, unlessNegative(badges[entity].count))}
            >
              {badges[entity].count < 0 ? '–' : `${atLeast(badges[entity])}${count(badges[entity].count)}`}
            </dd>
          </div>
        ))}
      </dl>
      <Synced />
    </section>
  )
}
