import { Button, Popover } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { toBridgeError } from '../bridge/errors'
import { say } from '../bridge/say'
import css from './PopoverForm.module.css'
import { useFrozen } from './replay'

/**
 * A button that opens a small form, which does one thing. It closes when that was
 * done; what is refused stays open with what was typed.
 */
export function PopoverForm({
  button,
  name,
  deed,
  done,
  ready,
  run,
  children,
}: {
  /** What the button says that opens it. */
  button: string
  /** What the form is called. */
  name: string
  /** What the button says that does it. */
  deed: string
  /** What is said once it is done. */
  done: string
  /** Whether what was typed can be sent. */
  ready: boolean
  run: () => Promise<void>
  /** The fields, given why it was refused last ("": it was not) and what takes that back. */
  children: (refused: string, forget: () => void) => ReactNode
}) {
  const frozen = useFrozen()
  const [opened, setOpened] = useState(false)
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const send = async () => {
    if (busy || !ready) return
    setBusy(true)
    setRefused('')
    try {
      await run()
    } catch (thrown) {
      setRefused(toBridgeError(thrown).message)
      return
    } finally {
      setBusy(false)
    }
    say(done)
    setOpened(false)
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus width={300} shadow="md">
      <Popover.Target>
        <Button
          variant="default"
          disabled={frozen !== undefined}
          title={frozen}
          onClick={() => setOpened(!opened)}
        >
          {button}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={css.form}
          aria-label={name}
          onSubmit={(event) => {
            event.preventDefault()
            void send()
          }}
        >
          {children(refused, () => setRefused(''))}
          <Button type="submit" loading={busy} disabled={!ready}>
            {deed}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
