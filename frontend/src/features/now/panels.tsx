import { memo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { go } from '../../lib/route'
import { now } from '../../lib/time'
import { nameOfKey } from '../../live/find'
import { GatewayHint } from '../../live/GatewayHint'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { Fact, shows } from '../../ui/Fact'
import { severityShape, severityWord } from '../../ui/labels'
import { EmptyMessage, Panel } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { Name, Said, TimeAgo } from '../../ui/text'
import { HeldBack, useAlerts } from '../alerts'
import { changeWords } from '../changes'
import { TaskProgressCells, useTaskProgressHub, useTasksPromise } from '../tasks'
import css from './NowPage.module.css'

const MOST = 5

/** What needs the reader. */
export function AlertsPanel({ className }: { className?: string | undefined }) {
  const open = useAlerts('open')
  const acked = useAlerts('acked').length
  const scope = useScope()
  return (
    <Panel
      title="Open alerts"
      aside={
        <a href="#/alerts" {...shows('alerts.acked', scope)}>
          {acked > 0 ? `${acked} acknowledged` : 'All alerts'}
        </a>
      }
      flush
      className={className}
    >
      {open.length === 0 ? (
        <NoAlerts />
      ) : (
        <ul className={css.list}>
          {open.slice(0, MOST).map((alert) => (
            <li key={alert.id}>
              <AlertItem id={alert.id} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

/** No alert is good news only while all that alerts come of is known. */
function NoAlerts() {
  const scope = useScope()
  const calm = useLive((live) => live.outlooks[scope]?.condition === 'ok')
  const held = useAlerts('held').length
  if (held > 0)
    return (
      <EmptyMessage title="No alert is open.">
        <HeldBack />
        {calm ? '' : ' Not all that alerts come of may be known.'}
      </EmptyMessage>
    )
  return calm ? (
    <EmptyMessage
      title={
        <Fact name="alerts.none" of={scope}>
          Nothing needs you.
        </Fact>
      }
    >
      Alerts that you acknowledged or snoozed are on the page Alerts.
    </EmptyMessage>
  ) : (
    <EmptyMessage
      title={
        <Fact name="alerts.none" of={scope} is={{ status: 'unknown' }}>
          No open alert is known.
        </Fact>
      }
    >
      Not all that alerts come of is known, so something may be missing here.
    </EmptyMessage>
  )
}

const AlertItem = memo(function AlertItem({ id }: { id: string }) {
  const alert = useLive((live) => live.alerts[id])
  if (!alert) return null
  return (
    <button type="button" className={css.line} onClick={() => go('alerts', id)}>
      <Shape of={severityShape(alert.severity)} label={severityWord(alert.severity)} />
      <span className={css.lineText}>
        <Said className="name" title={alert.title} {...shows('alert.title', id)}>
          {alert.title}
        </Said>
        <small>
          {alert.stale ? (
            <>
              As of <TimeAgo at={alert.updatedAt} fact="alert.updatedAt" of={id} />:{' '}
            </>
          ) : null}
          {alert.mutedUntil > now() ? 'Muted. ' : null}
          <Said {...shows('alert.body', id)}>{alert.body}</Said>
        </small>
      </span>
      <span className="faint">
        <TimeAgo at={alert.since} fact="alert.since" of={id} />
      </span>
    </button>
  )
})

/** What runs. */
export function TasksPanel({ className }: { className?: string | undefined }) {
  const promise = useTasksPromise()
  const scope = useScope()
  const running = useTaskProgressHub().filter((task) => task.finishedAt === 0)
  return (
    <Panel title="Running tasks" aside={<a href="#/tasks">All tasks</a>} flush className={className}>
      {running.length === 0 ? (
        <EmptyMessage title="Nothing that runs is known.">
          <Fact name="tasks.promise" of={scope}>
            {promise}
          </Fact>
        </EmptyMessage>
      ) : (
        <ul className={css.list}>
          {running.slice(0, MOST).map((task) => (
            <li key={task.id}>
              <TaskItem id={task.id} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

const TaskItem = memo(function TaskItem({ id }: { id: string }) {
  const task = useLive((live) => live.tasks[id])
  const keyName = useLive((live) => (task ? nameOfKey(live, task.gateway, task.key) : ''))
  if (!task) return null
  return (
    <button type="button" className={css.line} onClick={() => go('tasks', id)}>
      <span className={css.lineText}>
        <Name>{task.model || task.task}</Name>
        <small>
          <bdi {...shows('task.words', id)}>
            {[task.medium, keyName, task.message].filter(Boolean).join(' · ')}
          </bdi>
        </small>
      </span>
      <TaskProgressCells task={task} />
    </button>
  )
})

/** What administrators altered. */
export function ChangesPanel({ className }: { className?: string | undefined }) {
  const scope = useScope()
  const changes = useLive(
    useShallow((live) =>
      Object.values(live.changes)
        .filter((change) => inScope(scope, change))
        .sort((a, b) => b.at - a.at)
        .slice(0, MOST),
    ),
  )
  return (
    <Panel title="Last changes" aside={<a href="#/changes">All changes</a>} flush className={className}>
      {changes.length === 0 ? (
        <EmptyMessage title="No change was seen since Gatewatch started.">
          Keys, mappings, providers and settings that are altered show here, as far as the gateway lets them
          be seen.
        </EmptyMessage>
      ) : (
        <ul className={css.list}>
          {changes.map((change) => (
            <li key={change.id}>
              <button type="button" className={css.line} onClick={() => go('changes', change.id)}>
                <span className={css.lineText}>
                  <Name>{change.name || change.subject}</Name>
                  <small {...shows('change.words', change.id)}>{changeWords(change)}</small>
                </span>
                <GatewayHint of={change} among="changes" />
                <span className="faint">
                  <TimeAgo at={change.at} fact="change.at" of={change.id} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
