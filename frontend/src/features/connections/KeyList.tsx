import { Button, Menu, Modal, TextInput } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import type { Bridge } from '../../bridge/bridge'
import { useKeyPlace } from '../../bridge/queries'
import type { GatewayKey, GatewayProfile } from '../../bridge/types'
import { plural } from '../../lib/format'
import { useLive } from '../../live/store'
import { WriteArea } from '../../live/WriteArea'
import { IconButton, SmallButton, Tag } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { Shape } from '../../ui/Shape'
import { Name } from '../../ui/text'
import { keysOf } from './address'
import css from './connections.module.css'
import { KeysInput } from './KeysInput'
import { keyShape, keyState, keyWord, placeWords, storedWord, titleOf } from './keyLabels'

type Asking = { what: 'add' | 'replace' | 'rename' | 'remove'; key: GatewayKey | null }

/** The virtual keys of a gateway: how each is watched and why, and what can be done with it. */
export function KeyList({ id, profile }: { id: string; profile: GatewayProfile }) {
  const [asking, setAsking] = useState<Asking | null>(null)
  return (
    <WriteArea>
      <section className={css.keyList} aria-label={`Virtual keys of ${profile.label}`}>
        <header>
          <h3>Virtual keys</h3>
          <span className="faint" {...shows('profile.masterKey', id)}>
            {profile.hasMasterKey || profile.masterKeyStoredIn === 'environment'
              ? `master key ${storedWord(profile.masterKeyStoredIn)}`
              : 'no master key'}
          </span>
          <SmallButton onClick={() => setAsking({ what: 'add', key: null })}>Add a key…</SmallButton>
        </header>
        {profile.keys.length === 0 ? (
          <p {...shows('profile.virtualKey', id)}>
            {profile.environmentKeys > 0
              ? `None is stored: it is watched with ${plural(profile.environmentKeys, 'key')} from the environment.`
              : 'None. Spend and tasks are told live to virtual keys only; add one to see them.'}
          </p>
        ) : (
          <ul>
            {profile.keys.map((key) => (
              <KeyLine key={key.id} gateway={id} profile={profile} of={key} onAsk={setAsking} />
            ))}
          </ul>
        )}
        {asking ? (
          <KeyForm
            key={`${asking.what}${asking.key?.id ?? ''}`}
            gateway={id}
            asking={asking}
            onClose={() => setAsking(null)}
          />
        ) : null}
      </section>
    </WriteArea>
  )
}

function KeyLine({
  gateway,
  profile,
  of,
  onAsk,
}: {
  gateway: string
  profile: GatewayProfile
  of: GatewayKey
  onAsk: (asking: Asking) => void
}) {
  const act = useAct()
  const watched = useLive((live) => live.monitoredKeys[`${gateway}/${of.id}`])
  const off = useLive((live) => live.gateways[gateway]?.overall === 'disconnected')
  // Nobody waits for a connection that was taken down by hand.
  const observed =
    off && (watched?.state === 'waiting' || watched?.state === 'live') ? undefined : watched?.state
  const state = keyState(of, profile.enabled && !off, observed)
  const title = titleOf(of, watched?.name ?? '')
  const own = watched?.name || of.name
  const number = watched?.key || of.key
  return (
    <li>
      <span className={css.keyName}>
        <Name>{title}</Name>
        {own && own !== title ? (
          <span className="faint">
            <bdi {...shows('name')}>{own}</bdi>
          </span>
        ) : null}
        {number ? (
          <span className="faint" {...shows('watched.key', `${gateway}/${of.id}`)}>
            #{number}
          </span>
        ) : null}
        {watched?.primary ? <Tag tone="accent">shared hubs</Tag> : null}
      </span>
      <span className={css.keyState} {...shows('watched.state', `${gateway}/${of.id}`)}>
        <Shape of={keyShape(state)} label="" /> {keyWord(state)}
        {watched?.cause && state === watched.state ? (
          <span className="dim">
            <bdi title={watched.cause}>{watched.cause}</bdi>
          </span>
        ) : null}
      </span>
      <span className="faint" {...shows('watched.stored', `${gateway}/${of.id}`)}>
        {storedWord(of.storedIn)}
      </span>
      <Menu position="bottom-end">
        <Menu.Target>
          <IconButton aria-label={`More for key ${title}`}>
            <IconDots size={16} />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onAsk({ what: 'rename', key: of })}>Rename…</Menu.Item>
          <Menu.Item onClick={() => onAsk({ what: 'replace', key: of })}>
            {of.storedIn ? 'Replace…' : 'Enter it…'}
          </Menu.Item>
          <Menu.Item onClick={() => void act((b) => b.Gateways.PauseKey(gateway, of.id, !of.paused))}>
            {of.paused ? 'Go on' : 'Pause'}
          </Menu.Item>
          <Menu.Item color="red" onClick={() => onAsk({ what: 'remove', key: of })}>
            Remove…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  )
}

/** Adds one key under a label, or several, which the gateway's own names tell apart. */
async function addAll(bridge: Bridge, gateway: string, label: string, keys: readonly string[]) {
  for (const key of keys) await bridge.Gateways.AddKey(gateway, keys.length > 1 ? '' : label, key)
}

const TITLES = {
  add: 'Add a virtual key',
  replace: 'Replace the virtual key',
  rename: 'Rename the virtual key',
  remove: 'Remove the virtual key?',
}

const DEEDS = { add: 'Add', replace: 'Replace', rename: 'Rename', remove: 'Remove' }

/** Asks for what a deed needs. The key itself goes to Go once and is never shown again. */
function KeyForm({
  gateway,
  asking: { what, key },
  onClose,
}: {
  gateway: string
  asking: Asking
  onClose: () => void
}) {
  const act = useAct()
  const [label, setLabel] = useState(key?.label ?? '')
  const [plain, setPlain] = useState('')
  const [busy, setBusy] = useState(false)
  const place = useKeyPlace().data
  const needsKey = what === 'add' || what === 'replace'
  const submit = async () => {
    setBusy(true)
    const id = key?.id ?? ''
    const done = await act((b) => {
      switch (what) {
        case 'add':
          return addAll(b, gateway, label.trim(), keysOf(plain))
        case 'replace':
          return b.Gateways.ReplaceKey(gateway, id, plain.trim())
        case 'rename':
          return b.Gateways.LabelKey(gateway, id, label.trim())
        case 'remove':
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
            onChange={setPlain}
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
            Cancel
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
