import { Button, Popover, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useBridge } from '../../bridge/context'
import { toBridgeError } from '../../bridge/errors'
import { say } from '../../bridge/say'
import { go } from '../../lib/route'
import { useFrozen } from '../../live/replay'
import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import css from './tasks.module.css'

/** Watches one task by its id, also one that was queued elsewhere. */
export function FollowTaskForm() {
  const frozen = useFrozen()
  const bridge = useBridge()
  const scope = useScope()
  const gateways = useLive((live) => live.gateways)
  const [opened, setOpened] = useState(false)
  const [gateway, setGateway] = useState<string | null>(null)
  const [task, setTask] = useState('')
  const [medium, setMedium] = useState<string | null>('')
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const chosen = gateway ?? (scope || Object.keys(gateways)[0] || '')
  const follow = async () => {
    const id = task.trim()
    if (!id || !chosen) return
    setBusy(true)
    setRefused('')
    try {
      await bridge.Gateways.FollowTask(chosen, id, medium ?? '')
    } catch (thrown) {
      setRefused(toBridgeError(thrown).message) // it stays open, with the id that was typed
      return
    } finally {
      setBusy(false)
    }
    say('Watching it.')
    setOpened(false)
    setTask('')
    go('tasks', `${chosen}/${id}`)
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus width={280} shadow="md">
      <Popover.Target>
        <Button
          variant="default"
          disabled={frozen !== undefined}
          title={frozen}
          onClick={() => setOpened(!opened)}
        >
          Watch a task…
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault()
            void follow()
          }}
        >
          <TextInput
            label="Task id"
            data-autofocus
            value={task}
            error={refused}
            onChange={(event) => {
              setTask(event.currentTarget.value)
              setRefused('')
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
          <Button type="submit" loading={busy} disabled={task.trim() === ''}>
            Watch
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
