import type { Task } from '../../bridge/types'
import { clock, duration, UNKNOWN } from '../../lib/format'
import { shows, unlessNegative } from '../../ui/Fact'
import { Progress } from '../../ui/Progress'
import { Shape } from '../../ui/Shape'
import css from './tasks.module.css'

/** How far a task is and what it still takes, in cells that keep their width. */
export function TaskProgressCells({ task }: { task: Task }) {
  if (task.finishedAt === 0 && task.lostAt > 0) {
    return (
      <>
        <span className={css.bar}>
          <Progress
            value={task.progress}
            label={`${task.task}, progress when last told`}
            fact={shows('task.progress', task.id)}
          />
        </span>
        <span
          className={`${css.pct} dim`}
          title={
            task.remembered > 0
              ? `So it was when Gatewatch ran last, at ${clock(task.lostAt)}; nothing was told of it since.`
              : `What told of it was lost at ${clock(task.lostAt)}; nothing was told of it since.`
          }
          {...shows('task.status', task.id)}
        >
          <Shape of="stale" label="" /> not known
        </span>
        <span className={css.eta} />
      </>
    )
  }
  if (task.status === 'queued') {
    return (
      <>
        <span className={css.bar}>
          <Progress value={0} label={`${task.task} is queued`} fact={shows('task.progress', task.id)} />
        </span>
        <span className={`${css.pct} dim`} {...shows('task.status', task.id)}>
          queued
        </span>
        <span className={css.eta} />
      </>
    )
  }
  if (task.status === 'completed' || task.status === 'failed') {
    const failed = task.status === 'failed'
    return (
      <>
        <span className={css.bar} />
        <span className={css.pct} {...shows('task.status', task.id)}>
          <Shape of={failed ? 'critical' : 'ok'} label="" /> {failed ? 'failed' : 'done'}
        </span>
        <span className={css.eta} />
      </>
    )
  }
  return (
    <>
      <span className={css.bar}>
        <Progress
          value={task.progress}
          label={`${task.task}, progress`}
          fact={shows('task.progress', task.id)}
        />
      </span>
      <span className={`${css.pct} num`} {...shows('task.progress', task.id)}>
        {Math.floor(Math.max(0, task.progress))} %
      </span>
      <span
        className={`${css.eta} num dim`}
        title={task.estimated ? 'Our estimate' : 'As the gateway says'}
        {...shows('task.remaining', task.id, unlessNegative(task.remainingMs))}
      >
        {task.remainingMs < 0 ? UNKNOWN : `${task.estimated ? '~' : ''}${duration(task.remainingMs)} left`}
      </span>
    </>
  )
}
