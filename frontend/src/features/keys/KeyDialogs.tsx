import { Button, Modal, PasswordInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Bridge } from '../../bridge/bridge'
import { useBridge } from '../../bridge/context'
import { toBridgeError } from '../../bridge/errors'
import { useKeyPlace } from '../../bridge/queries'
import { SmallButton } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import css from './keys.module.css'

const LEAST = 8

/** Runs what a dialog is for, and closes it; what went wrong is said in it. */
function useDeed(onClose: () => void) {
  const bridge = useBridge()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const run = async (work: (bridge: Bridge) => Promise<unknown>) => {
    setBusy(true)
    setError('')
    try {
      await work(bridge)
      onClose()
    } catch (thrown) {
      setError(toBridgeError(thrown).message)
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, run }
}

/** A dialog with a form: its text, what went wrong, Cancel, and what is done. */
function Ask(of: {
  title: string
  does: string
  busy: boolean
  error: string
  disabled?: boolean
  onClose: () => void
  onSubmit: () => void
  more?: ReactNode
  children: ReactNode
}) {
  return (
    <Modal opened onClose={of.onClose} title={of.title} size="md">
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          of.onSubmit()
        }}
      >
        {of.children}
        {of.error ? (
          <p role="alert" className={css.error}>
            {of.error}
          </p>
        ) : null}
        <div className={css.buttons}>
          <Button variant="default" onClick={of.onClose}>
            Cancel
          </Button>
          {of.more}
          <Button type="submit" loading={of.busy} disabled={of.disabled ?? false}>
            {of.does}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Asks where keys are to be kept where there is no keychain; again: for another passphrase. */
export function PlaceDialog({ onClose, again = false }: { onClose: () => void; again?: boolean }) {
  const { busy, error, run } = useDeed(onClose)
  const file = useKeyPlace().data?.file
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  const differs = second !== '' && first !== second
  return (
    <Ask
      title={again ? 'Change the passphrase' : 'Where are keys to be kept?'}
      does={again ? 'Change it' : 'Keep them in the file'}
      busy={busy}
      error={error}
      disabled={first.length < LEAST || first !== second}
      onClose={onClose}
      onSubmit={() => void run((b) => b.Settings.KeepKeysInFile(first))}
      more={
        again ? null : (
          <Button variant="default" onClick={() => void run((b) => b.Settings.KeepKeysInMemory())}>
            Keep them in memory
          </Button>
        )
      }
    >
      {again ? null : (
        <p>
          This computer has no keychain. In memory, keys are gone when Gatewatch ends. In a file that a
          passphrase encrypts they stay, and Gatewatch asks for the passphrase at each start. Nobody can bring
          back what is in the file without it.
        </p>
      )}
      {again || !file ? null : (
        <p className="faint">
          <bdi className="mono" {...shows('keys.file')}>
            {file}
          </bdi>
        </p>
      )}
      <PasswordInput
        label={again ? 'New passphrase' : 'Passphrase'}
        description={`At least ${LEAST} characters`}
        autoComplete="new-password"
        data-autofocus
        value={first}
        onChange={(event) => setFirst(event.currentTarget.value)}
      />
      <PasswordInput
        label="Once more"
        autoComplete="new-password"
        error={differs ? 'These are not the same.' : null}
        value={second}
        onChange={(event) => setSecond(event.currentTarget.value)}
      />
    </Ask>
  )
}

/** Asks for the passphrase of the file of keys. */
export function UnlockDialog({ onClose }: { onClose: () => void }) {
  const { busy, error, run } = useDeed(onClose)
  const [passphrase, setPassphrase] = useState('')
  return (
    <Ask
      title="Unlock the file of keys"
      does="Unlock"
      busy={busy}
      error={error}
      disabled={passphrase === ''}
      onClose={onClose}
      onSubmit={() => void run((b) => b.Settings.UnlockKeys(passphrase))}
    >
      <PasswordInput
        label="Passphrase"
        autoComplete="current-password"
        data-autofocus
        value={passphrase}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
      />
    </Ask>
  )
}

/** Asks before the file of keys is deleted. */
export function LeaveDialog({ onClose }: { onClose: () => void }) {
  const { busy, error, run } = useDeed(onClose)
  return (
    <Modal opened onClose={onClose} title="Delete the file of keys?" size="sm">
      <p>
        Its keys go into the system's keychain. Where there is none, they are used until Gatewatch ends and
        are gone then.
      </p>
      {error ? (
        <p role="alert" className={css.error}>
          {error}
        </p>
      ) : null}
      <div className={css.buttons}>
        <SmallButton onClick={onClose}>Cancel</SmallButton>
        <SmallButton danger disabled={busy} onClick={() => void run((b) => b.Settings.LeaveKeyFile())}>
          Delete the file
        </SmallButton>
      </div>
    </Modal>
  )
}
