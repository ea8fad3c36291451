import { memo } from 'react'
import { useAct } from '../../bridge/act'
import { duration, words } from '../../lib/format'
import { nameOfKey } from '../../live/find'
import { useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { Cell } from '../../ui/DataTable'
import { Shape } from '../../ui/Shape'
import { Name, TimeAgo } from '../../ui/text'
import { TaskProgressCells } from './TaskProgressCells'
import css from './tasks.module.css'

/** A task that runs. */
export const RunningRow = memo(function RunningRow({ id }: { id: string }) {
  const task = useLive((live) => live.tasks[id])
  const keyName = useLive((live) => (task ? nameOfKey(live, task.gateway, task.key) : ''))
  if (!task) return null
  return (
    <>
      <TaskName medium={task.medium} task={task.task} />
      <Cell className="dim">
        <bdi>{[task.model, keyName].filter(Boolean).join(' · ')}</bdi>
      </Cell>
      <Cell className={css.progress}>
        <TaskProgressCells task={task} />
      </Cell>
      <Cell className="dim">
        <bdi title={task.message}>{task.message}</bdi>
      </Cell>
      <Cell end className="faint">
        <TimeAgo at={task.startedAt} otherwise="unknown" />
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
        <bdi>{[task.model, keyName].filter(Boolean).join(' · ')}</bdi>
      </Cell>
      <Cell>
        <span className={css.how}>
          <Shape of={failed ? 'critical' : 'ok'} label="" /> {failed ? 'Failed' : 'Completed'}
        </span>
      </Cell>
      <Cell>
        {failed ? (
          <bdi className={css.error} title={task.error}>
            {task.error || 'No reason was given'}
          </bdi>
        ) : (
          <Result url={task.resultUrl} />
        )}
      </Cell>
      <Cell end className="num dim">
        {task.startedAt > 0 ? duration(task.finishedAt - task.startedAt) : '–'}
      </Cell>
      <Cell end className="faint">
        <TimeAgo at={task.finishedAt} />
      </Cell>
    </>
  )
})

function TaskName({ medium, task }: { medium: string; task: string }) {
  return (
    <Cell className={css.task}>
      <span className="faint">{words(medium)}</span> <Name>{task}</Name>
    </Cell>
  )
}

/** A way to the result. Nothing is loaded until it is asked for, and then outside. */
export function Result({ url }: { url: string }) {
  const act = useAct()
  if (!url) return <span className="faint">no link was given</span>
  return (
    <SmallButton
      title={url}
      onClick={(event) => {
        event.stopPropagation()
        void act((b) => b.App.OpenExternal(url))
      }}
    >
      Open result
    </SmallButton>
  )
}
