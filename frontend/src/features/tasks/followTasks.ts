import type { Task } from '../../bridge/types'
import { liveStore } from '../../live/store'

export type TaskEnds = {
  /** Called once for a task that completes. */
  onComplete?: ((task: Task) => void) | undefined
  /** Called once for a task that fails. */
  onFailed?: ((task: Task) => void) | undefined
}

/**
 * Tells when tasks end, until the returned function is called. Only ends that
 * are seen happening are told: a task that had ended before, or that first
 * appears finished in a snapshot after a gap of this window, is not.
 *
 * It is a plain subscription to the mirror, for use outside React; in a
 * component give the callbacks to useTaskProgressHub or useTaskProgress.
 */
export function followTasks(concerns: (task: Task) => boolean, ends: TaskEnds): () => void {
  return liveStore.subscribe((now, before) => {
    if (now.live.tasks === before.live.tasks) return
    for (const task of Object.values(now.live.tasks)) {
      const was = before.live.tasks[task.id]
      if (!was || was === task || hasEnded(was) || !hasEnded(task) || !concerns(task)) continue
      if (task.status === 'completed') ends.onComplete?.(task)
      if (task.status === 'failed') ends.onFailed?.(task)
    }
  })
}

/** Whether a task is over, one way or the other. */
function hasEnded(task: Task): boolean {
  return task.status === 'completed' || task.status === 'failed'
}
