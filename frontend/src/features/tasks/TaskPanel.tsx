import { useAct } from '../../bridge/act'
import type { Task } from '../../bridge/types'
import { clock, duration, UNKNOWN, words } from '../../lib/format'
import { go } from '../../lib/route'
import { nameOfKey } from '../../live/find'
import { useFrozen } from '../../live/replay'
import { useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { Fact, shows } from '../../ui/Fact'
import { sourceWords } from '../../ui/labels'
import { EmptyMessage } from '../../ui/Panel'
import { Progress } from '../../ui/Progress'
import { DetailList, DetailSection, SidePanel } from '../../ui/SidePanel'
import { Clock, Name } from '../../ui/text'
import { AgeChip } from '../connections'
import { CopyTaskId } from './TaskDeeds'
import { Result } from './TaskRow'
import css from './tasks.module.css'
import { useTaskProgress } from './useTaskProgressHub'

/** One task, watched on its own. */
export function TaskPanel({ id }: { id: string }) {
  const task = useTaskProgress(id)
  const frozen = useFrozen()
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
            why={frozen}
            onClick={() => {
              void act((b) => b.Tasks.Dismiss(task.id))
              close()
            }}
          >
            Take off the list
          </SmallButton>
        ) : (
          <SmallButton
            why={frozen}
            onClick={() =>
              void act(
                (b) => b.Gateways.FollowTask(task.gateway, task.task, task.medium),
                'Watching this task.',
              )
            }
          >
            Ask for its state
          </SmallButton>
        )
      }
    >
      {task.status === 'processing' ? (
        <Progress value={task.progress} label={`${name}, progress`} fact={shows('task.progress', task.id)} />
      ) : null}
      {task.error ? (
        <p className={css.message}>
          <bdi className={css.error} {...shows('task.error', task.id)}>
            {task.error}
          </bdi>
        </p>
      ) : null}
      <DetailList
        rows={[
          ['State', stateWords(task), shows('task.status', task.id)],
          task.status === 'processing'
            ? ['Progress', `${Math.floor(Math.max(0, task.progress))} %`, shows('task.progress', task.id)]
            : null,
          over
            ? null
            : [
                'Time to go',
                task.remainingMs < 0
                  ? UNKNOWN
                  : `${duration(task.remainingMs)}${task.estimated ? ', our estimate' : ', says the gateway'}`,
                shows('task.remaining', task.id),
              ],
          [
            'Id',
            <span key="id" className={css.id}>
              <Name>{task.task}</Name> <CopyTaskId task={task} />
            </span>,
          ],
          [
            'Usually',
            task.usualMs > 0 ? `${duration(task.usualMs)}, the median of ${task.usualCount}` : UNKNOWN,
            shows('task.usual', task.id),
          ],
          ['Kind', words(task.medium)],
          ['Model', <bdi key="m">{task.model || UNKNOWN}</bdi>, shows('task.model', task.id)],
          [
            task.medium === 'batch' ? 'Asked for by' : 'Key',
            <KeyName key="k" of={task} />,
            shows('task.key', task.id),
          ],
          [
            task.begun ? 'Started' : 'First seen',
            <Clock key="s" at={task.startedAt} fact="task.startedAt" of={task.id} />,
          ],
          over ? ['Ended', <Clock key="f" at={task.finishedAt} fact="task.finishedAt" of={task.id} />] : null,
          task.status === 'completed'
            ? ['Result', <Result key="r" of={task.id} url={task.resultUrl} medium={task.medium} />]
            : null,
          [
            'Source',
            <span key="src">
              <Fact name="task.source" of={task.id}>
                {sourceWords(task.source)}
              </Fact>
              , <AgeChip of={task} fact="task.updatedAt" id={task.id} />
            </span>,
          ],
        ]}
      />
      {task.message ? (
        <DetailSection title="Last message">
          <p className={css.message}>
            <bdi {...shows('task.message', task.id)}>{task.message}</bdi>
          </p>
        </DetailSection>
      ) : null}
    </SidePanel>
  )
}

function KeyName({ of: task }: { of: Task }) {
  const name = useLive((live) => nameOfKey(live, task.gateway, task.key))
  return <bdi>{name || UNKNOWN}</bdi>
}

/** How it is; of one whose connection was lost, that nobody knows. */
function stateWords(task: Task): string {
  if (task.finishedAt > 0 || task.lostAt === 0) return words(task.status)
  return `Not known since ${clock(task.lostAt)}; then: ${words(task.status).toLowerCase()}`
}
