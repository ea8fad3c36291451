import { useAct } from '../../bridge/act'
import type { Task } from '../../bridge/types'
import { duration, UNKNOWN, words } from '../../lib/format'
import { go } from '../../lib/route'
import { nameOfKey } from '../../live/find'
import { useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { EmptyMessage } from '../../ui/Panel'
import { Progress } from '../../ui/Progress'
import { Facts, Part, SidePanel } from '../../ui/SidePanel'
import { Clock, Name } from '../../ui/text'
import { sourceWords } from '../../ui/things'
import { AgeChip } from '../connections/AgeChip'
import { Result } from './TaskRow'
import css from './tasks.module.css'
import { useTaskProgress } from './useTaskProgressHub'

/** One task, watched on its own. */
export function TaskPanel({ id }: { id: string }) {
  const task = useTaskProgress(id)
  const act = useAct()
  const close = () => go('tasks')
  if (!task) {
    return (
      <SidePanel label="Task" title="Task" onClose={close}>
        <EmptyMessage title="This task is not known.">
          Finished tasks leave after 10 minutes; a task that was just asked for appears with its first news.
        </EmptyMessage>
      </SidePanel>
    )
  }
  const over = task.finishedAt > 0
  const name = task.task
  return (
    <SidePanel
      label={`Task ${name}`}
      title={<Name>{name}</Name>}
      onClose={close}
      actions={
        over ? (
          <SmallButton
            onClick={() => {
              void act((b) => b.Tasks.Dismiss(task.id))
              close()
            }}
          >
            Take off the list
          </SmallButton>
        ) : (
          <SmallButton
            onClick={() =>
              void act(
                (b) => b.Gateways.WatchTask(task.gateway, task.task, task.medium),
                'Watching this task.',
              )
            }
          >
            Ask for its state
          </SmallButton>
        )
      }
    >
      {task.status === 'processing' ? <Progress value={task.progress} label={`${name}, progress`} /> : null}
      {task.error ? (
        <p className={css.message}>
          <bdi className={css.error}>{task.error}</bdi>
        </p>
      ) : null}
      <Facts
        rows={[
          ['State', words(task.status)],
          task.status === 'processing' ? ['Progress', `${Math.floor(Math.max(0, task.progress))} %`] : null,
          over
            ? null
            : [
                'Time to go',
                task.remainingMs < 0
                  ? UNKNOWN
                  : `${duration(task.remainingMs)}${task.estimated ? ', our estimate' : ', says the gateway'}`,
              ],
          ['Kind', words(task.medium)],
          ['Model', <bdi key="m">{task.model || UNKNOWN}</bdi>],
          ['Key', <KeyName key="k" of={task} />],
          ['Started', <Clock key="s" at={task.startedAt} />],
          over ? ['Ended', <Clock key="f" at={task.finishedAt} />] : null,
          task.status === 'completed' ? ['Result', <Result key="r" url={task.resultUrl} />] : null,
          [
            'Source',
            <span key="src">
              {sourceWords(task.source)}, <AgeChip of={task} />
            </span>,
          ],
        ]}
      />
      {task.message ? (
        <Part title="Last message">
          <p className={css.message}>
            <bdi>{task.message}</bdi>
          </p>
        </Part>
      ) : null}
    </SidePanel>
  )
}

function KeyName({ of: task }: { of: Task }) {
  const name = useLive((live) => nameOfKey(live, task.gateway, task.key))
  return <bdi>{name || UNKNOWN}</bdi>
}
