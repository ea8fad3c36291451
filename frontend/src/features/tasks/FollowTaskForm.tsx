import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useBridge } from '../../bridge/context'
import { go } from '../../lib/route'
import { PopoverForm } from '../../live/PopoverForm'
import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'

/** Watches one task by its id, also one that was queued elsewhere. */
export function FollowTaskForm() {
  const bridge = useBridge()
  const scope = useScope()
  const gateways = useLive((live) => live.gateways)
  const [gateway, setGateway] = useState<string | null>(null)
  const [task, setTask] = useState('')
  const [medium, setMedium] = useState<string | null>('')
  const chosen = gateway ?? (scope || Object.keys(gateways)[0] || '')
  const follow = async () => {
    const id = task.trim()
    await bridge.Gateways.FollowTask(chosen, id, medium ?? '')
    setTask('')
    go('tasks', `${chosen}/${id}`)
  }
  return (
    <PopoverForm
      button="Watch a task…"
      name="Watch a task"
      deed="Watch"
      done="Watching it."
      ready={task.trim() !== '' && chosen !== ''}
      run={follow}
    >
      {(refused, forget) => (
        <>
          <TextInput
            label="Task id"
            data-autofocus
            value={task}
            error={refused}
            onChange={(event) => {
              setTask(event.currentTarget.value)
              forget()
            }}
          />
          <Select
            label="Gateway"
            comboboxProps={{ withinPortal: false }}
            data={Object.values(gateways).map((g) => ({ value: g.id, label: g.label }))}
            value={chosen || null}
            onChange={setGateway}
            allowDeselect={false}
          />
          <Select
            label="Kind"
            comboboxProps={{ withinPortal: false }}
            data={[
              { value: '', label: 'Find out' },
              { value: 'video', label: 'Video' },
              { value: 'image', label: 'Image' },
              { value: 'batch', label: 'Batch' },
            ]}
            value={medium}
            onChange={setMedium}
            allowDeselect={false}
          />
        </>
      )}
    </PopoverForm>
  )
}
