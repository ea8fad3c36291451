import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { memo, useCallback, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useProfiles } from '../../bridge/queries'
import type { GatewayProfile } from '../../bridge/types'
import { duration, plural } from '../../lib/format'
import { go } from '../../lib/route'
import { useTicking } from '../../lib/time'
import { useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { PageFrame } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader } from '../../ui/Panel'
import { CoverageMatrix } from './CoverageMatrix'
import { GatewayCard } from './GatewayCard'
import { GatewayForm } from './GatewayForm'
import { LinkPanel } from './LinkPanel'
import { useRealTimeFeatures } from './useRealTimeFeatures'
import { stateWord } from './words'

/** Can the screen be trusted? */
export function ConnectionsPage({ open }: { open: string }) {
  const profiles = useProfiles()
  const [editing, setEditing] = useState<GatewayProfile | 'new' | null>(null)
  const gateways = useLive(
    useShallow((live) =>
      Object.values(live.gateways)
        .sort((a, b) => a.label.localeCompare(b.label))
        .map((gateway) => gateway.id),
    ),
  )
  const saved = profiles.data ?? []
  const sleeping = saved.filter((profile) => !gateways.includes(profile.id))
  // A banner's "Update key" opens a gateway's form; anything else opened here is a hub.
  const asked = saved.find((profile) => profile.id === open)
  const form = editing ?? asked ?? null
  return (
    <PageFrame scroll side={open && !asked ? <LinkPanel id={open} /> : null}>
      <Header onAdd={() => setEditing('new')} />
      {gateways.map((id) => (
        <GatewayCard
          key={id}
          id={id}
          profile={saved.find((profile) => profile.id === id)}
          loaded={profiles.data !== undefined}
          opened={open}
          onEdit={setEditing}
        />
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
      <CoverageMatrix />
      {gateways.length + sleeping.length === 0 ? (
        <EmptyMessage
          title="No gateway yet."
          actions={<SmallButton onClick={() => setEditing('new')}>Connect a gateway</SmallButton>}
        >
          Each gateway is shown here with its hubs, their counters and what went wrong last.
        </EmptyMessage>
      ) : null}
      {form ? (
        <GatewayForm
          profile={form === 'new' ? null : form}
          onClose={() => {
            setEditing(null)
            if (asked) go('connections')
          }}
        />
      ) : null}
    </PageFrame>
  )
}

function Header({ onAdd }: { onAdd: () => void }) {
  const { overall, cause, gateways, nextAt } = useRealTimeFeatures()
  return (
    <PageHeader
      title="Connections"
      actions={
        <Button leftSection={<IconPlus size={14} />} onClick={onAdd}>
          Add gateway
        </Button>
      }
    >
      {plural(gateways.length, 'gateway')} · {stateWord(overall).toLowerCase()}
      {cause ? ` · ${cause}` : ''}
      <NextTry at={nextAt} />
    </PageHeader>
  )
}

/** " · next try 8 s", counting down; nothing if none is planned. */
export const NextTry = memo(function NextTry({ at }: { at: number }) {
  const text = useTicking(
    useCallback(
      (now) => (at <= 0 ? '' : at <= now ? ' · trying now' : ` · next try ${duration(at - now + 999)}`),
      [at],
    ),
  )
  return <span className="num">{text}</span>
})
