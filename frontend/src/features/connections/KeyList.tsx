import { Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import type { GatewayKey, GatewayProfile } from '../../bridge/types'
import { plural } from '../../lib/format'
import { useLive } from '../../live/store'
import { WriteArea } from '../../live/WriteArea'
import { IconButton, SmallButton, Tag } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { Shape } from '../../ui/Shape'
import { Name } from '../../ui/text'
import css from './connections.module.css'
import { type Asking, KeyForm } from './KeyForm'
import { keyShape, keyState, keyWord, storedWord, titleOf } from './keyLabels'

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
            profile={profile}
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
