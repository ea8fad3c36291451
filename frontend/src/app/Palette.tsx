import { useMantineColorScheme } from '@mantine/core'
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useCallback, useState } from 'react'
import { useAct } from '../bridge/act'
import type { Live } from '../bridge/types'
import { money, percent } from '../lib/format'
import { go } from '../lib/route'
import { setScope } from '../live/scope'
import { liveStore } from '../live/store'
import { ITEMS } from './navigation'

type Act = ReturnType<typeof useAct>

/** Ctrl-K: every page, gateway, key, provider and alert, and what can be done. */
export function Palette() {
  const act = useAct()
  const { setColorScheme } = useMantineColorScheme()
  const [actions, setActions] = useState<SpotlightActionData[]>([])
  // The list is made when the palette opens: it does not follow live data.
  const onOpen = useCallback(
    () =>
      setActions([
        ...pages(),
        ...things(liveStore.getState().live),
        ...deeds(act, setColorScheme, liveStore.getState().live),
      ]),
    [act, setColorScheme],
  )
  return (
    <Spotlight
      actions={actions}
      onSpotlightOpen={onOpen}
      shortcut={['mod + K']}
      limit={9}
      highlightQuery
      scrollable
      centered={false}
      yOffset={90}
      maxHeight={420}
      nothingFound="Nothing found"
      searchProps={{
        leftSection: <IconSearch size={16} />,
        placeholder: 'Search or do anything…',
        'aria-label': 'Search or do anything',
      }}
    />
  )
}

function pages(): SpotlightActionData[] {
  return ITEMS.map((item) => ({
    id: `page:${item.page}`,
    label: item.name,
    description: 'Page',
    keywords: ['go', 'open'],
    leftSection: <item.icon size={17} stroke={1.7} />,
    onClick: () => go(item.page),
  }))
}

function things(live: Live): SpotlightActionData[] {
  const alerts = Object.values(live.alerts)
    .filter((alert) => alert.status === 'firing')
    .map((alert) => ({
      id: `alert:${alert.id}`,
      label: alert.title,
      description: 'Alert',
      onClick: () => go('alerts', alert.id),
    }))
  const keys = Object.values(live.keys).map((key) => ({
    id: `key:${key.id}`,
    label: key.name || key.key,
    description: `Virtual key · ${key.total < 0 ? 'no total yet' : money(key.total)}${key.used >= 0 ? ` · ${percent(key.used)} used` : ''}`,
    onClick: () => go('spend', key.id),
  }))
  const providers = Object.values(live.providers).map((provider) => ({
    id: `provider:${provider.id}`,
    label: provider.name,
    description: `Provider · ${provider.health}`,
    keywords: provider.models.slice(0, 20),
    onClick: () => go('providers', provider.id),
  }))
  return [...alerts, ...keys, ...providers]
}

function deeds(
  act: Act,
  setColorScheme: (scheme: 'auto' | 'light' | 'dark') => void,
  live: Live,
): SpotlightActionData[] {
  const gateways = Object.values(live.gateways).flatMap((gateway) => [
    {
      id: `look:${gateway.id}`,
      label: `Look at ${gateway.label} only`,
      description: 'Gateway',
      onClick: () => setScope(gateway.id),
    },
    {
      id: `reconnect:${gateway.id}`,
      label: `Reconnect ${gateway.label}`,
      description: 'Gateway',
      onClick: () => void act((b) => b.Gateways.Reconnect(gateway.id)),
    },
  ])
  return [
    { id: 'look:', label: 'Look at all gateways', description: 'Gateway', onClick: () => setScope('') },
    ...gateways,
    {
      id: 'mute',
      label: 'Mute notifications for 1 hour',
      onClick: () => void act((b) => b.Alerts.Mute(60, false)),
    },
    { id: 'unmute', label: 'Unmute notifications', onClick: () => void act((b) => b.Alerts.Unmute()) },
    { id: 'clear', label: 'Clear finished tasks', onClick: () => void act((b) => b.Tasks.ClearFinished('')) },
    { id: 'dark', label: 'Dark appearance', onClick: () => setColorScheme('dark') },
    { id: 'light', label: 'Light appearance', onClick: () => setColorScheme('light') },
    {
      id: 'quit',
      label: 'Quit Gatewatch',
      description: 'Stops alerts',
      onClick: () => void act((b) => b.App.Quit()),
    },
  ]
}
