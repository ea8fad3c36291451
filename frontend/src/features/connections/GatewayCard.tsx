import { Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useAct } from '../../bridge/act'
import type { Gateway, GatewayProfile } from '../../bridge/types'
import { byText } from '../../lib/order'
import { go } from '../../lib/route'
import { setScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { WriteArea } from '../../live/WriteArea'
import { gatewayColour } from '../../ui/colours'
import { IconButton, SmallButton, Tag } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { Name } from '../../ui/text'
import { useLoaded } from '../../ui/useLoaded'
import { EVERYTHING, loadMutes } from '../mutes'
import { OwnThresholds } from '../settings'
import { CARD, TEST } from './address'
import { Confirm } from './ConfirmRemoval'
import css from './connections.module.css'
import { Halves } from './Halves'
import { HealthChecks } from './HealthChecks'
import { HubRow } from './HubRow'
import { KeyList } from './KeyList'
import { masterKeyWord, virtualKeyWord } from './keyLabels'
import { OtherKeys } from './OtherKeys'
import { ReportDialog } from './ReportDialog'

const loadCertificate = () => import('./CertificateDialog')

/** One gateway: its halves, why something is not up, its hubs, and the buttons. */
export function GatewayCard({
  id,
  profile,
  loaded,
  opened,
  onEdit,
}: {
  id: string
  profile: GatewayProfile | undefined
  /** Whether it is known that there is a profile, or none. */
  loaded: boolean
  opened: string
  onEdit: (profile: GatewayProfile) => void
}) {
  const gateway = useLive((live) => live.gateways[id])
  const label = gateway?.label ?? profile?.label ?? id
  return (
    <section id={`${CARD}${id}`} className={css.card} aria-label={label}>
      <header className={css.head}>
        <i style={{ background: gatewayColour(gateway?.colour ?? profile?.colour ?? '') }} />
        <h2>
          <Name>{label}</Name>
        </h2>
        {gateway?.production || profile?.production ? <Tag>production</Tag> : null}
        {gateway?.demo || profile?.demo ? <Tag tone="accent">demo</Tag> : null}
        {profile && !profile.enabled ? <Tag>switched off</Tag> : null}
        {profile && !profile.demo ? <Keys profile={profile} /> : null}
        <Buttons id={id} gateway={gateway} profile={profile} onEdit={onEdit} />
      </header>
      {gateway ? (
        <>
          <Halves gateway={gateway} />
          <HealthChecks gateway={id} />
        </>
      ) : null}
      {profile && !profile.demo ? <KeyList id={id} profile={profile} /> : null}
      {profile && !profile.demo ? (
        <div className={css.thresholds}>
          <OwnThresholds of={{ gateway: id }} name={label} />
        </div>
      ) : null}
      {gateway && loaded ? <OtherKeys gateway={id} label={label} own={listed(profile)} /> : null}
      {gateway ? (
        <Hubs gateway={id} opened={opened} />
      ) : (
        <p className={css.sleeping} {...shows('profile.sleeping', id)}>
          {profile && (virtualKeyWord(profile) !== 'missing' || masterKeyWord(profile) !== 'missing')
            ? 'Not watched. Connect it to see its hubs.'
            : 'No key is stored for this gateway, so it is not connected.'}
        </p>
      )}
    </section>
  )
}

/** The gateway's ids of the keys that the list of a profile shows, as far as it told them; null without it. */
function listed(profile: GatewayProfile | undefined): string[] | null {
  return profile && !profile.demo ? profile.keys.map((key) => key.key) : null
}

function Keys({ profile }: { profile: GatewayProfile }) {
  return (
    <span className={css.keys}>
      <span title="Virtual key, for the Core hubs" {...shows('profile.virtualKey', profile.id)}>
        virtual key {virtualKeyWord(profile)}
      </span>
      <span title="Master key, for the Admin hubs" {...shows('profile.masterKey', profile.id)}>
        master key {masterKeyWord(profile)}
      </span>
    </span>
  )
}

function Hubs({ gateway, opened }: { gateway: string; opened: string }) {
  const ids = useLive(
    useShallow((live) =>
      Object.values(live.links)
        .filter((link) => link.gateway === gateway)
        .sort((a, b) => byText(b.plane, a.plane) || byText(a.hub, b.hub))
        .map((link) => link.id),
    ),
  )
  if (ids.length === 0) return <p className={css.sleeping}>No hub was opened yet.</p>
  return (
    <div className={css.scroll}>
      <table className={css.hubs}>
        <thead>
          <tr>
            <th scope="col">Hub</th>
            <th scope="col">State</th>
            <th scope="col">Transport</th>
            <th scope="col" className={css.num}>
              Events
            </th>
            <th scope="col" className={css.num}>
              Unread
            </th>
            <th scope="col" className={css.num}>
              Round trip
            </th>
            <th scope="col" className={css.num} title="Of rest, which reads lists: its last answer">
              Last event
            </th>
          </tr>
        </thead>
        <tbody>
          {ids.map((id) => (
            <HubRow key={id} id={id} opened={opened === id} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Buttons({
  id,
  gateway,
  profile,
  onEdit,
}: {
  id: string
  gateway: Gateway | undefined
  profile: GatewayProfile | undefined
  onEdit: (profile: GatewayProfile) => void
}) {
  const act = useAct()
  const [asking, setAsking] = useState<'forget' | 'delete' | null>(null)
  const [reporting, setReporting] = useState(false)
  const [muting, setMuting] = useState(false)
  const [looking, setLooking] = useState(false)
  const certificate = useLoaded(loadCertificate, looking)
  const untrusted = useLive((live) =>
    Object.values(live.links).some((link) => link.gateway === id && link.class === 'tls'),
  )
  const mutes = useLoaded(loadMutes, muting)
  const off = !gateway || gateway.overall === 'disconnected'
  const label = gateway?.label ?? profile?.label ?? id
  return (
    <WriteArea className={css.buttons}>
      {untrusted ? (
        <SmallButton onClick={() => setLooking(true)}>Look at its certificate…</SmallButton>
      ) : null}
      {looking && certificate ? (
        <certificate.CertificateDialog id={id} label={label} onClose={() => setLooking(false)} />
      ) : null}
      {off ? (
        <SmallButton onClick={() => void act((b) => b.Gateways.Connect(id))}>Connect</SmallButton>
      ) : (
        <>
          <SmallButton onClick={() => void act((b) => b.Gateways.Reconnect(id))}>Reconnect</SmallButton>
          <SmallButton onClick={() => void act((b) => b.Gateways.Disconnect(id))}>Disconnect</SmallButton>
        </>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <IconButton aria-label={`More for ${label}`}>
            <IconDots size={16} />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void act((b) => b.Gateways.Refresh(id), 'Reading again.')}>
            Read again
          </Menu.Item>
          {profile ? <Menu.Item onClick={() => onEdit(profile)}>Edit…</Menu.Item> : null}
          <Menu.Item
            onClick={() => {
              setScope(id) // its own alone
              go('events')
            }}
          >
            Show events
          </Menu.Item>
          {profile ? <Menu.Item onClick={() => setLooking(true)}>Certificate…</Menu.Item> : null}
          <Menu.Item onClick={() => setMuting(true)}>Mute…</Menu.Item>
          {profile ? <Menu.Item onClick={() => go('connections', `${TEST}${id}`)}>Test…</Menu.Item> : null}
          <Menu.Item onClick={() => setReporting(true)}>Copy report…</Menu.Item>
          {profile && !profile.demo ? (
            <Menu.Item onClick={() => setAsking('forget')}>Forget keys…</Menu.Item>
          ) : null}
          {profile ? (
            <Menu.Item color="red" onClick={() => setAsking('delete')}>
              Remove…
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {muting && mutes ? (
        <mutes.MutesDialog scope={{ ...EVERYTHING, gateway: id }} onClose={() => setMuting(false)} />
      ) : null}
      {reporting ? <ReportDialog id={id} label={label} onClose={() => setReporting(false)} /> : null}
      <Confirm
        asking={asking}
        label={label}
        onClose={() => setAsking(null)}
        onYes={() => {
          void act((b) => (asking === 'delete' ? b.Gateways.Delete(id) : b.Gateways.ForgetKeys(id)))
          setAsking(null)
        }}
      />
    </WriteArea>
  )
}
