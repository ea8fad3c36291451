import { useMemo } from 'react'
import type { Task } from '../../bridge/types'
import { nameOfKey } from '../../live/find'
import { liveStore } from '../../live/store'
import { shows } from '../../ui/Fact'
import css from './tasks.module.css'

/** What tasks are narrowed to: a key as "<gateway>/<key>", and a model; "" for any. */
export type TaskChoice = { key: string; model: string }

export const EVERY_TASK: TaskChoice = { key: '', model: '' }

/** Whether a task belongs to what is chosen. */
export function fitsTask(task: Task, { key, model }: TaskChoice): boolean {
  return (key === '' || `${task.gateway}/${task.key}` === key) && (model === '' || task.model === model)
}

/** Narrows tasks to a key and a model of those that are there. */
export function TaskFilters({
  tasks,
  value,
  onChange,
}: {
  tasks: readonly Task[]
  value: TaskChoice
  onChange: (value: TaskChoice) => void
}) {
  const stamp = tasks.map((task) => `${task.gateway}/${task.key} ${task.model}`).join('\u0000')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says what of the tasks counts
  const { keys, models } = useMemo(() => {
    const live = liveStore.getState().live
    const keys = new Map<string, string>()
    for (const { gateway, key } of tasks)
      if (key) keys.set(`${gateway}/${key}`, nameOfKey(live, gateway, key) || key)
    const models = new Map(tasks.filter((task) => task.model).map((task) => [task.model, task.model]))
    return { keys, models }
  }, [stamp])
  return (
    <>
      <Choice
        label="Key"
        any="Any key"
        options={keys}
        value={value.key}
        onChange={(key) => onChange({ ...value, key })}
      />
      <Choice
        label="Model"
        any="Any model"
        options={models}
        value={value.model}
        onChange={(model) => onChange({ ...value, model })}
      />
    </>
  )
}

function Choice({
  label,
  any,
  options,
  value,
  onChange,
}: {
  label: string
  any: string
  options: ReadonlyMap<string, string>
  value: string
  onChange: (value: string) => void
}) {
  return (
    <select
      className={css.choice}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="">{any}</option>
      {[...options].map(([id, name]) => (
        <option key={id} value={id} {...shows('name')}>
          {name}
        </option>
      ))}
    </select>
  )
}
