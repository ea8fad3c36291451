import { Spotlight, type SpotlightActionData } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useCallback, useState } from 'react'
import { useAct } from '../bridge/act'
import type { AlertLine, Live } from '../bridge/types'
import { byWeight } from '../features/alerts'
import { SECTIONS } from '../features/settings'
import { clockSeconds, percent } from '../lib/format'
import { known, moneyOf, percentOf } from '../lib/reading'
import { go } from '../lib/route'
import { endReplay, replayStore, startReplay } from '../live/replay'
import { setScope } from '../live/scope'
import { liveStore } from '../live/store'
import { severityWord } from '../ui/labels'
import { ITEMS } from './navigation'
import { type SetTheme, useTheme } from './useTheme'

type Act = ReturnType<typeof useAct>

/** Ctrl-K: every page, gateway, key, provider and alert, and what can be done. */
export function Palette() {
  const act = useAct()
  const theme = useTheme()
  const [actions, setActions] = useState<SpotlightActionData[]>([])
  // The list is made when the palette opens: it does not follow live data.
  const onOpen = useCallback(
    () =>
      setActions([
        ...pages(),
        ...things(liveStore.getState().live),
        ...(replayStore.getState().on
          ? present(act, theme.forNow)
          : deeds(act, theme.keep, liveStore.getState().live)),
      ]),
    [act, theme],
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
  const sections = SECTIONS.map(([title, words]) => ({
    id: `settings:${title}`,
    label: title,
    description: 'Settings',
    keywords: ['settings', ...words],
    onClick: () => go('settings', title),
  }))
  return [...ITEMS.map(pageAction), ...sections]
}

const pageAction = (item: (typeof ITEMS)[number]): SpotlightActionData => ({
  id: `page:${item.page}`,
  label: item.name,
  description: 'Page',
  keywords: ['go', 'open'],
  leftSection: <item.icon size={17} stroke={1.7} />,
  onClick: () => go(item.page),
})

/** Whose something is, where there are several gateways: lines that say the same are told apart. */
function whose(live: Live, gateway: string): string {
  const several = Object.keys(live.gateways).length > 1
  return several ? ` · ${live.gateways[gateway]?.label ?? gateway}` : ''
}

const isOver = (alert: AlertLine): boolean => alert.status === 'resolved'

function things(live: Live): SpotlightActionData[] {
  const alerts = Object.values(live.alerts)
    .filter((alert) => alert.status !== 'pending')
    .sort((a, b) => Number(isOver(a)) - Number(isOver(b)) || byWeight(a, b))
    .map((alert) => ({
      id: `alert:${alert.id}`,
      label: alert.title,
      description: `Alert${isOver(alert) ? ', over' : ''} · ${alert.threshold > 0 ? `threshold ${percent(alert.threshold)} · ` : ''}${severityWord(alert.severity)}, since ${clockSeconds(alert.since)} · ${alert.body}`,
      onClick: () => go('alerts', alert.id),
    }))
  const keys = Object.values(live.keys).map((key) => ({
    id: `key:${key.id}`,
    label: key.name || key.key,
    description: `Virtual key${whose(live, key.gateway)} · ${known(key.total) === null ? 'no total yet' : moneyOf(key.total)}${known(key.usedRatio) !== null ? ` · ${percentOf(key.usedRatio)} used` : ''}`,
    onClick: () => go('spend', key.id),
  }))
  const providers = Object.values(live.providers).map((provider) => ({
    id: `provider:${provider.id}`,
    label: provider.name,
    description: `Provider${whose(live, provider.gateway)} · ${provider.health}`,
    keywords: provider.models.slice(0, 20),
    onClick: () => go('providers', provider.id),
  }))
  return [...alerts, ...keys, ...providers]
}

function deeds(act: Act, setTheme: SetTheme, live: Live): SpotlightActionData[] {
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
      onClick: () => void act((b) => b.Alerts.SilenceAll(Date.now() + 3_600_000, false)),
    },
    {
      id: 'unmute',
      label: 'Unmute notifications',
      onClick: () => void act((b) => b.Alerts.ExpireSilenceAll()),
    },
    { id: 'clear', label: 'Clear finished tasks', onClick: () => void act((b) => b.Tasks.ClearFinished('')) },
    {
      id: 'replay',
      label: 'Replay the last hour',
      keywords: ['past', 'before', 'history', 'time'],
      onClick: () => void act((b) => startReplay(b, Date.now() - 3_600_000)),
    },
    ...looks(setTheme),
    {
      id: 'quit',
      label: 'Quit Gatewatch',
      description: 'Stops alerts',
      onClick: () => void act((b) => b.App.Quit()),
    },
  ]
}

const looks = (setTheme: SetTheme): SpotlightActionData[] => [
  { id: 'dark', label: 'Dark appearance', onClick: () => setTheme('dark') },
  { id: 'light', label: 'Light appearance', onClick: () => setTheme('light') },
  { id: 'auto', label: 'Appearance like the system', onClick: () => setTheme('auto') },
]

/** What can be done while the past is shown. Settings cannot be changed then: an appearance is one for now. */
const present = (act: Act, setTheme: SetTheme): SpotlightActionData[] => [
  { id: 'live', label: 'Back to live', onClick: () => void act(endReplay) },
  ...looks(setTheme).map((look) => ({ ...look, description: 'Not kept: settings cannot be changed here' })),
]
