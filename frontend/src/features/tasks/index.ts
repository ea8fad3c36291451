/** What other features may use of the tasks. Its page is loaded by app/pages.ts. */
export { TaskProgressCells } from './TaskProgressCells'
export { type TaskFilter, type TaskProgress, useTaskProgress, useTaskProgressHub } from './useTaskProgressHub'
export { useTasksPromise } from './useTasksPromise'
