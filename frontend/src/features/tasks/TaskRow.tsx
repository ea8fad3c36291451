import { memo } from 'react'
import { useAct } from '../../bridge/act'
import type { Task } from '../../bridge/types'
import { duration, UNKNOWN, words } from '../../lib/format'
import { nameOfKey } from '../../live/find'
import { useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { Cell } from '../../ui/DataTable'
import { shows } from '../../ui/Fact'
import { Shape } from '../../ui/Shape'
import { CutName, TimeAgo } from '../../ui/text'
import { CopyTaskId, WatchTask } from './TaskDeeds'
import { TaskProgressCells } from './TaskProgressCells'
import css from './tasks.module.css'

/** The gateway says who asked for a batch; what it does may be charged to others. */
const WHOSE_BATCH = 'The key that asked for the batch. What it charges may be other keys.'

/** A task that runs. */
export const RunningRow = memo(function RunningRow({ id }: { id: string }) {
  const task = useLive((live) => live.tasks[id])
  const keyName = useLive((live) => (task ? nameOfKey(live, task.gateway, task.key) : ''))
  if (!task) return null
  return (
    <>
      <TaskName medium={task.medium} task={task.task} />
      <Cell className="dim">
        <bdi {...shows('task.for', id)} title={task.medium === 'batch' ? WHOSE_BATCH : undefined}>
          {[task.model, task.medium === 'batch' && keyName ? `asked for by ${keyName}` : keyName]
            .filter(Boolean)
            .join(' · ')}
        </bdi>
      </Cell>
      <Cell className={css.progress}>
        <TaskProgressCells task={task} />
      </Cell>
      <Cell className="dim">
        <bdi title={task.message} {...shows('task.message', id)}>
          {task.message}
        </bdi>
      </Cell>
      <Cell end className="num dim" fact={shows('task.usual', id)}>
        {task.usualMs > 0 ? duration(task.usualMs) : UNKNOWN}
      </Cell>
      <Cell end className="faint">
        <TimeAgo at={task.startedAt} otherwise="unknown" fact="task.startedAt" of={id} />
      </Cell>
      <Cell end>
        <span className={css.deeds}>
          <WatchTask task={task} />
          <CopyTaskId task={task} />
        </span>
      </Cell>
    </>
  )
})

/** A task that ended. */
export const FinishedRow = memo(function FinishedRow({ id }: { id: string }) {
  const task = useLive((live) => live.tasks[id])
  const keyName = useLive((live) => (task ? nameOfKey(live, task.gateway, task.key) : ''))
  if (!task) return null
  const failed = task.status === 'failed'
  return (
    <>
      <TaskName medium={task.medium} task={task.task} />
      <Cell className="dim">
        <bdi {...shows('task.for', id)} title={task.medium === 'batch' ? WHOSE_BATCH : undefined}>
          {[task.model, task.medium === 'batch' && keyName ? `asked for by ${keyName}` : keyName]
            .filter(Boolean)
            .join(' · ')}
        </bdi>
      </Cell>
      <Cell>
        <span className={css.how} {...shows('task.status', id)}>
          <Shape of={failed ? 'critical' : 'ok'} label="" /> {failed ? 'Failed' : 'Completed'}
        </span>
      </Cell>
      <Cell>
        {failed ? (
          <bdi className={css.error} title={task.error} {...shows('task.error', id)}>
            {task.error || 'No reason was given'}
          </bdi>
        ) : (
          <Result of={id} url={task.resultUrl} medium={task.medium} />
        )}
      </Cell>
      <Cell end className="num dim" fact={shows('task.took', id)}>
        {took(task)}
      </Cell>
      <Cell end className="faint">
        <TimeAgo at={task.finishedAt} fact="task.finishedAt" of={id} />
      </Cell>
      <Cell end>
        <CopyTaskId task={task} />
      </Cell>
    </>
  )
})

/** How long it took: at least so long where its beginning was not seen, and not known where that says nothing. */
function took({ startedAt, finishedAt, begun }: Task): string {
  const ms = finishedAt - startedAt
  if (startedAt <= 0 || (!begun && ms < 1000)) return UNKNOWN
  return `${begun ? '' : '≥ '}${duration(ms)}`
}

function TaskName({ medium, task }: { medium: string; task: string }) {
  return (
    <Cell className={css.task}>
      <span className="faint">{words(medium)}</span> <CutName>{task}</CutName>
    </Cell>
  )
}

/** A way to the result. Nothing is loaded until it is asked for, and then outside. */
export function Result({ of, url, medium }: { of: string; url: string; medium: string }) {
  const act = useAct()
  if (!url)
    return (
      <span className="faint" {...shows('task.result', of)}>
        {medium === 'batch' ? 'a batch has no link' : 'no link was given'}
      </span>
    )
  return (
    <SmallButton
      title={url}
      {...shows('task.result', of)}
      onClick={(event) => {
        event.stopPropagation()
        void act((b) => b.App.OpenExternal(url))
      }}
    >
      Open result
    </SmallButton>
  )
}
