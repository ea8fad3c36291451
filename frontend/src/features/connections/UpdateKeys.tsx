import { Button, Modal, PasswordInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import { useBridge } from '../../bridge/context'
import { toBridgeError } from '../../bridge/errors'
import { queryKeys } from '../../bridge/queries'
import type { GatewayInput, GatewayProfile } from '../../bridge/types'
import { liveStore } from '../../live/store'
import { keysOf } from './address'
import css from './connections.module.css'
import { GatewayForm } from './GatewayForm'
import { titleOf } from './keyLabels'
import { refusedKeys } from './refusedKeys'

/** A key that does not work: a virtual key of the profile by its id, or the master key (""). */
type Broken = { id: string; label: string; why: string }

const REFUSED = 'The gateway refuses it. Leave empty to keep it.'
const LOST = 'Not found where it was kept. Leave empty to leave it out.'

/** The keys of a profile that do not work now, and why. Those that the environment gives are not the profile's. */
function brokenKeys(profile: GatewayProfile): Broken[] {
  const { live } = liveStore.getState()
  const { virtual, master } = refusedKeys(live, profile.id)
  const broken: Broken[] = []
  for (const key of profile.keys) {
    const refused = virtual.some(({ slot }) => slot === key.id)
    if (key.paused || (!refused && key.storedIn !== '')) continue
    const name = titleOf(key, live.monitoredKeys[`${profile.id}/${key.id}`]?.name ?? '')
    broken.push({ id: key.id, label: `Virtual key “${name}”`, why: key.storedIn === '' ? LOST : REFUSED })
  }
  const lost = profile.hasMasterKey && profile.masterKeyStoredIn === ''
  const ours = profile.masterKeyStoredIn !== 'environment'
  if (ours && (lost || master)) broken.push({ id: '', label: 'Master key', why: lost ? LOST : REFUSED })
  return broken
}

/** A profile as it is saved, unchanged. */
function inputOf(of: GatewayProfile): GatewayInput {
  const { id, label, colour, production, coreUrl, adminUrl, enabled, demo, webhooks, network } = of
  return { id, label, colour, production, coreUrl, adminUrl, enabled, demo, webhooks, network }
}

/** Gives anew what a gateway refuses or what was lost of its keys; where that is none of the profile's, all of it is edited. */
export function UpdateKeys({ profile, onClose }: { profile: GatewayProfile; onClose: () => void }) {
  // As it was when it was opened: a field does not go while somebody types in it.
  const [broken] = useState(() => brokenKeys(profile))
  return broken.length > 0 ? (
    <KeysForm profile={profile} broken={broken} onClose={onClose} />
  ) : (
    <GatewayForm profile={profile} forKey onClose={onClose} />
  )
}

function KeysForm({
  profile,
  broken,
  onClose,
}: {
  profile: GatewayProfile
  broken: Broken[]
  onClose: () => void
}) {
  const { given, setGiven, errors, busy, submit } = useGiven(profile, broken, onClose)
  return (
    <Modal opened onClose={onClose} title={`Update keys of ${profile.label}`} size="md">
      <form
        className={css.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {broken.map((key, i) => (
          <PasswordInput
            key={key.id}
            label={key.label}
            description={key.why}
            autoComplete="off"
            data-autofocus={i === 0 || undefined}
            value={given[key.id] ?? ''}
            error={errors[key.id]}
            onChange={(event) => setGiven({ ...given, [key.id]: event.currentTarget.value })}
          />
        ))}
        <div className={css.confirmButtons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** What was typed for each key, and what becomes of it: each is sent alone, and what is refused stays with the reason beside it. */
function useGiven(profile: GatewayProfile, broken: Broken[], onDone: () => void) {
  const bridge = useBridge()
  const act = useAct()
  const client = useQueryClient()
  const [given, setGiven] = useState<Record<string, string>>({})
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const send = async (id: string, key: string) => {
    if (keysOf(key).length > 1) return 'These are several keys. Paste one.'
    try {
      if (id === '') await bridge.Gateways.Save(inputOf(profile), '', key)
      else await bridge.Gateways.ReplaceKey(profile.id, id, key)
      return ''
    } catch (thrown) {
      return toBridgeError(thrown).message
    }
  }
  const submit = async () => {
    const filled = broken.filter(({ id }) => given[id]?.trim())
    if (filled.length === 0) {
      setErrors({ [broken[0]?.id ?? '']: 'Paste a key.' })
      return
    }
    setBusy(true)
    const failed: Record<string, string> = {}
    for (const { id } of filled) {
      const error = await send(id, (given[id] ?? '').trim())
      if (error) failed[id] = error
    }
    void client.invalidateQueries({ queryKey: queryKeys.profiles })
    setBusy(false)
    setErrors(failed)
    setGiven(Object.fromEntries(Object.entries(given).filter(([id]) => failed[id])))
    if (Object.keys(failed).length > 0) return
    onDone()
    if (!profile.enabled) return
    await act((b) => b.Gateways.Connect(profile.id))
  }
  return { given, setGiven, errors, busy, submit }
}
