import { Button, Modal, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useAct } from '../../bridge/act'
import type { Bridge } from '../../bridge/bridge'
import { useBridge } from '../../bridge/context'
import { toBridgeError } from '../../bridge/errors'
import { queryKeys, useKeyPlace } from '../../bridge/queries'
import type { GatewayKey, GatewayProfile } from '../../bridge/types'
import { useLive } from '../../live/store'
import { shows } from '../../ui/Fact'
import { keysOf } from './address'
import css from './connections.module.css'
import { KeysInput } from './KeysInput'
import { placeWords, titleOf } from './keyLabels'

/** What is to be done, and with which key; null for a new one. */
export type Asking = { what: 'add' | 'replace' | 'rename' | 'remove'; key: GatewayKey | null }

/** What became of keys that were to be added: by where they are kept, those that were and those that were there; and what else went wrong. */
type Outcome = { added: string[]; there: string[]; errors: string[]; left: string[] }

/** Adds one key under a label, or several, which the gateway's own names tell apart: each by itself, whatever becomes of the others. */
async function addAll(bridge: Bridge, gateway: string, label: string, keys: readonly string[]) {
  const of: Outcome = { added: [], there: [], errors: [], left: [] }
  for (const key of keys) {
    try {
      of.added.push(await bridge.Gateways.AddKey(gateway, keys.length > 1 ? '' : label, key))
    } catch (thrown) {
      const error = toBridgeError(thrown)
      const there = error.fields.flatMap(({ path }) => /^virtual_keys\.(.+)$/.exec(path)?.[1] ?? [])
      of.there.push(...there)
      if (there.length === 0) {
        of.errors.push(error.message)
        of.left.push(key)
      }
    }
  }
  return of
}

/** What became of keys, by their names, as soon as those are known. */
function Became({ gateway, profile, of }: { gateway: string; profile: GatewayProfile; of: Outcome }) {
  const titles = useLive(
    useShallow((live) =>
      [...of.added, ...of.there].map((slot) => {
        const name = live.monitoredKeys[`${gateway}/${slot}`]?.name ?? ''
        return titleOf(profile.keys.find((key) => key.id === slot) ?? { id: slot, label: '', name: '' }, name)
      }),
    ),
  )
  const quoted = (names: string[]) => names.map((name) => `“${name}”`).join(', ')
  const added = titles.slice(0, of.added.length)
  const there = [...new Set(titles.slice(of.added.length))]
  return (
    <>
      {there.length > 0 ? `Already watched: ${quoted(there)}. ` : ''}
      {added.length > 0 ? `Added: ${quoted(added)}. ` : there.length > 0 ? 'None was added. ' : ''}
      {[...new Set(of.errors)].join(' ')}
    </>
  )
}

/** Puts another key in the place of one. */
async function replace(bridge: Bridge, gateway: string, id: string, key: string): Promise<Outcome> {
  const of: Outcome = { added: [], there: [], errors: [], left: [] }
  try {
    await bridge.Gateways.ReplaceKey(gateway, id, key)
  } catch (thrown) {
    of.errors.push(toBridgeError(thrown).message)
    of.left.push(key)
  }
  return of
}

const TITLES = {
  add: 'Add a virtual key',
  replace: 'Replace the virtual key',
  rename: 'Rename the virtual key',
  remove: 'Remove the virtual key?',
}

const DEEDS = { add: 'Add', replace: 'Replace', rename: 'Rename', remove: 'Remove' }

/** Asks for what a deed needs. The key itself goes to Go once and is never shown again. */
export function KeyForm({
  gateway,
  profile,
  asking: { what, key },
  onClose,
}: {
  gateway: string
  profile: GatewayProfile
  asking: Asking
  onClose: () => void
}) {
  const act = useAct()
  const [label, setLabel] = useState(key?.label ?? '')
  const [plain, setPlain] = useState('')
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<Outcome | null>(null)
  const bridge = useBridge()
  const place = useKeyPlace().data
  const needsKey = what === 'add' || what === 'replace'
  const client = useQueryClient()
  const give = async () => {
    const keys = keysOf(plain)
    const of =
      what === 'add'
        ? await addAll(bridge, gateway, label.trim(), keys)
        : await replace(bridge, gateway, key?.id ?? '', plain.trim())
    void client.invalidateQueries({ queryKey: queryKeys.profiles })
    setPlain(of.left.join(' '))
    const well = of.there.length + of.errors.length === 0
    setWrong(well ? null : of)
    return well
  }
  const submit = async () => {
    setBusy(true)
    const id = key?.id ?? ''
    const done = needsKey
      ? await give()
      : await act((b) => {
          switch (what) {
            case 'rename':
              return b.Gateways.LabelKey(gateway, id, label.trim())
            default:
              return b.Gateways.RemoveKey(gateway, id)
          }
        })
    setBusy(false)
    if (done) onClose()
  }
  return (
    <Modal opened onClose={onClose} title={TITLES[what]} size="sm">
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        {what === 'add' || what === 'rename' ? (
          <TextInput
            label="Label"
            description="For you; the gateway's own name is shown if you leave it empty"
            maxLength={80}
            data-autofocus={what === 'rename' || undefined}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
        ) : null}
        {needsKey ? (
          <KeysInput
            description={`${placeWords(place)}${what === 'add' ? '; several can be pasted' : ''}`}
            data-autofocus
            value={plain}
            error={wrong ? <Became gateway={gateway} profile={profile} of={wrong} /> : undefined}
            onChange={(typed) => {
              setPlain(typed)
              setWrong(null)
            }}
          />
        ) : null}
        {what === 'remove' && key ? (
          <p className={css.confirm}>
            <bdi {...shows('name')}>{titleOf(key, '')}</bdi> is deleted and no longer watched live. The key
            itself stays valid on the gateway.
          </p>
        ) : null}
        <div className={css.confirmButtons}>
          <Button variant="default" onClick={onClose}>
            {wrong && wrong.added.length > 0 ? 'Close' : 'Cancel'}
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={needsKey && (what === 'add' ? keysOf(plain).length === 0 : keysOf(plain).length !== 1)}
            {...(what === 'remove' ? { color: 'red' } : {})}
          >
            {DEEDS[what]}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
