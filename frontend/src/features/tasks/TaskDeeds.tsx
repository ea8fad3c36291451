import { notifications } from '@mantine/notifications'
import { IconCopy } from '@tabler/icons-react'
import { useAct } from '../../bridge/act'
import { say } from '../../bridge/say'
import type { Task } from '../../bridge/types'
import { useFrozen } from '../../live/replay'
import { IconButton, SmallButton } from '../../ui/controls'

/** Follows a task to its end: it is then asked for, and told of when it is over. */
export function WatchTask({ task }: { task: Task }) {
  const act = useAct()
  const frozen = useFrozen()
  return (
    <SmallButton
      why={frozen}
      onClick={(event) => {
        event.stopPropagation()
        void act((b) => b.Gateways.FollowTask(task.gateway, task.task, task.medium), 'Watching this task.')
      }}
    >
      Watch
    </SmallButton>
  )
}

/** Puts a task's id into the clipboard. */
export function CopyTaskId({ task }: { task: Task }) {
  return (
    <IconButton
      aria-label="Copy the id of the task"
      onClick={(event) => {
        event.stopPropagation()
        navigator.clipboard.writeText(task.task).then(
          () => say('The id is copied.'),
          () => notifications.show({ color: 'red', message: 'The id could not be copied.' }),
        )
      }}
    >
      <IconCopy size={14} />
    </IconButton>
  )
}
