import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Fragment, useEffect, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useProfiles } from '../../bridge/queries'
import type { GatewayProfile } from '../../bridge/types'
import { plural } from '../../lib/format'
import { byText } from '../../lib/order'
import { go } from '../../lib/route'
import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { WriteArea } from '../../live/WriteArea'
import { SmallButton } from '../../ui/controls'
import { Fact } from '../../ui/Fact'
import { PageFrame } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader } from '../../ui/Panel'
import { useLoaded } from '../../ui/useLoaded'
import { CARD, TEST } from './address'
import css from './connections.module.css'
import { DeliveryMatrix } from './DeliveryMatrix'
import { GatewayCard } from './GatewayCard'
import { LinkPanel } from './LinkPanel'
import { causeOf, stateWord } from './labels'
import { useRealTimeFeatures } from './useRealTimeFeatures'

/** The form comes when it is first opened: most who look here change nothing. */
const loadForm = () => import('./GatewayForm')
const loadKeys = () => import('./UpdateKeys')
const loadProbe = () => import('./ProbeDialog')

/** Can the screen be trusted? */
export function ConnectionsPage({ open }: { open: string }) {
  const profiles = useProfiles()
  const [editing, setEditing] = useState<GatewayProfile | 'new' | null>(null)
  const scope = useScope()
  const gateways = useLive(
    useShallow((live) =>
      Object.values(live.gateways)
        // What is looked at comes first.
        .sort((a, b) => Number(b.id === scope) - Number(a.id === scope) || byText(a.label, b.label))
        .map((gateway) => gateway.id),
    ),
  )
  const saved = profiles.data ?? []
  const sleeping = saved.filter((profile) => !gateways.includes(profile.id))
  // A banner's "Update key" opens a gateway's keys; anything else opened here is a hub.
  const requested = saved.find((profile) => profile.id === open)
  const parts = useLoaded(loadForm, editing !== null)
  const keys = useLoaded(loadKeys, requested !== undefined)
  const card = open.startsWith(CARD)
  useEffect(() => {
    if (card) document.getElementById(open)?.scrollIntoView({ block: 'start' })
  }, [open, card])
  const tested = open.startsWith(TEST) ? open.slice(TEST.length) : ''
  const probe = useLoaded(loadProbe, tested !== '')
  return (
    <PageFrame scroll side={open && !requested && !tested && !card ? <LinkPanel id={open} /> : null}>
      <Header onAdd={() => setEditing('new')} />
      {gateways.map((id, i) => (
        <Fragment key={id}>
          {scope !== '' && i === 1 ? <h2 className={css.others}>Other gateways</h2> : null}
          <GatewayCard
            id={id}
            profile={saved.find((profile) => profile.id === id)}
            loaded={profiles.data !== undefined}
            opened={open}
            onEdit={setEditing}
          />
        </Fragment>
      ))}
      {sleeping.map((profile) => (
        <GatewayCard
          key={profile.id}
          id={profile.id}
          profile={profile}
          loaded
          opened=""
          onEdit={setEditing}
        />
      ))}
      <DeliveryMatrix />
      {gateways.length + sleeping.length === 0 ? (
        <EmptyMessage
          title="No gateway yet."
          actions={<SmallButton onClick={() => setEditing('new')}>Connect a gateway</SmallButton>}
        >
          Each gateway is shown here with its hubs, their counters and what went wrong last.
        </EmptyMessage>
      ) : null}
      {tested && probe ? (
        <probe.ProbeDialog
          id={tested}
          label={saved.find((profile) => profile.id === tested)?.label ?? tested}
          onClose={() => go('connections')}
        />
      ) : null}
      {editing && parts ? (
        <parts.GatewayForm profile={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      ) : null}
      {requested && keys && !editing ? (
        <keys.UpdateKeys key={requested.id} profile={requested} onClose={() => go('connections')} />
      ) : null}
    </PageFrame>
  )
}

function Header({ onAdd }: { onAdd: () => void }) {
  const { overall, gateways } = useRealTimeFeatures()
  const cause = causeOf(gateways)
  const scope = useScope()
  return (
    <PageHeader
      title="Connections"
      actions={
        <WriteArea>
          <Button leftSection={<IconPlus size={14} />} onClick={onAdd}>
            Add gateway
          </Button>
        </WriteArea>
      }
    >
      <span className={css.headline} title={cause}>
        <Fact name="gateways.count">{plural(gateways.length, 'gateway')}</Fact>
        {' · '}
        <Fact name="gateway.overall" of={scope}>
          {stateWord(overall).toLowerCase()}
          {cause ? ` · ${cause}` : ''}
        </Fact>
      </span>
    </PageHeader>
  )
}
