import { Button, Menu, Modal, PasswordInput, TextInput } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import type { GatewayKey, GatewayProfile } from '../../bridge/types'
import { useLive } from '../../live/store'
import { IconButton, SmallButton, Tag } from '../../ui/controls'
import { Shape } from '../../ui/Shape'
import { Name } from '../../ui/text'
import css from './connections.module.css'
import { keptWord, keyShape, keyState, keyWord } from './keyWords'

type Asking = { what: 'add' | 'replace' | 'rename' | 'remove'; key: GatewayKey | null }

/** The virtual keys of a gateway: how each is watched and why, and what can be done with it. */
export function KeyList({ id, profile }: { id: string; profile: GatewayProfile }) {
  const [asking, setAsking] = useState<Asking | null>(null)
  return (
    <section className={css.keyList} aria-label={`Virtual keys of ${profile.label}`}>
      <header>
        <h3>Virtual keys</h3>
        <span className="faint">
          {profile.hasMasterKey ? `master key ${keptWord(profile.masterKept)}` : 'no master key'}
        </span>
        <SmallButton onClick={() => setAsking({ what: 'add', key: null })}>Add a key…</SmallButton>
      </header>
      {profile.keys.length === 0 ? (
        <p>None. Spend and tasks are told live to virtual keys only; add one to see them.</p>
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
  )
}

/** What a key is called: by the user, else by the gateway. */
function titleOf(key: GatewayKey, name: string): string {
  return key.label || name || key.name || `key ${key.id}`
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
  const watched = useLive((live) => live.watched[`${gateway}/${of.id}`])
  const off = useLive((live) => live.gateways[gateway]?.overall === 'disconnected')
  // Nobody waits for a connection that was taken down by hand.
  const told = off && (watched?.state === 'waiting' || watched?.state === 'live') ? undefined : watched?.state
  const state = keyState(of, profile.enabled && !off, told)
  const title = titleOf(of, watched?.name ?? '')
  const own = watched?.name || of.name
  const number = watched?.key || of.key
  return (
    <li>
      <span className={css.keyName}>
        <Name>{title}</Name>
        {own && own !== title ? (
          <span className="faint">
            <bdi>{own}</bdi>
          </span>
        ) : null}
        {number ? <span className="faint">#{number}</span> : null}
        {watched?.holds ? <Tag tone="accent">shared hubs</Tag> : null}
      </span>
      <span className={css.keyState}>
        <Shape of={keyShape(state)} label="" /> {keyWord(state)}
        {watched?.cause && state === watched.state ? (
          <span className="dim">
            <bdi title={watched.cause}>{watched.cause}</bdi>
          </span>
        ) : null}
      </span>
      <span className="faint">{keptWord(of.kept)}</span>
      <Menu position="bottom-end">
        <Menu.Target>
          <IconButton aria-label={`More for key ${title}`}>
            <IconDots size={16} />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onAsk({ what: 'rename', key: of })}>Rename…</Menu.Item>
          <Menu.Item onClick={() => onAsk({ what: 'replace', key: of })}>
            {of.kept ? 'Replace…' : 'Enter it…'}
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
  const needsKey = what === 'add' || what === 'replace'
  const submit = async () => {
    setBusy(true)
    const id = key?.id ?? ''
    const done = await act((b) => {
      switch (what) {
        case 'add':
          return b.Gateways.AddKey(gateway, label.trim(), plain.trim())
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
          <PasswordInput
            label="Virtual key"
            description="Kept in the system's keychain, never in a file"
            autoComplete="off"
            data-autofocus
            value={plain}
            onChange={(event) => setPlain(event.currentTarget.value)}
          />
        ) : null}
        {what === 'remove' && key ? (
          <p className={css.confirm}>
            <bdi>{titleOf(key, '')}</bdi> is deleted from the keychain and no longer watched live. The key
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
            disabled={needsKey && plain.trim() === ''}
            {...(what === 'remove' ? { color: 'red' } : {})}
          >
            {DEEDS[what]}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
