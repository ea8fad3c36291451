import { useEffect, useRef } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Task } from '../../bridge/types'
import { byId } from '../../lib/order'
import { findThing } from '../../live/find'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { followTasks, type TaskEnds } from './followTasks'

export type TaskProgress = Task

export type TaskFilter = TaskEnds & {
  medium?: 'video' | 'image' | 'batch'
  status?: 'queued' | 'processing' | 'completed' | 'failed'
}

/**
 * Tasks of the gateways in sight, newest first. Finished ones leave by
 * themselves some minutes after they ended. With onComplete or onFailed,
 * those are called once for each task that ends while the component is
 * mounted; other callbacks may be given at every render.
 *
 * @example
 * const videos = useTaskProgressHub({ medium: 'video', onFailed: (task) => say(task.error) })
 */
export function useTaskProgressHub(filter: TaskFilter = {}): TaskProgress[] {
  const scope = useScope()
  const { medium, status } = filter
  const fits = (task: Task) => inScope(scope, task) && (!medium || task.medium === medium)
  useTaskEnds(fits, filter)
  return useLive(
    useShallow((live) =>
      Object.values(live.tasks)
        .filter((task) => fits(task) && (!status || task.status === status))
        .sort((a, b) => b.startedAt - a.startedAt || byId(a.id, b.id)),
    ),
  )
}

/**
 * One task, or null while it is not known. The id is the task's own, or
 * "<gateway>/<task>" where gateways share ids.
 */
export function useTaskProgress(taskId: string, ends: TaskEnds = {}): TaskProgress | null {
  useTaskEnds((task) => task.id === taskId || task.task === taskId, ends)
  return useLive((live) => findThing(live.tasks, taskId))
}

/** Subscribes while mounted, to whatever concerns and ends are at the moment. */
function useTaskEnds(concerns: (task: Task) => boolean, ends: TaskEnds): void {
  const latest = useRef({ concerns, ends })
  latest.current = { concerns, ends }
  const wanted = Boolean(ends.onComplete ?? ends.onFailed)
  useEffect(() => {
    if (!wanted) return
    return followTasks((task) => latest.current.concerns(task), {
      onComplete: (task) => latest.current.ends.onComplete?.(task),
      onFailed: (task) => latest.current.ends.onFailed?.(task),
    })
  }, [wanted])
}
