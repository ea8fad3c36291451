import {
  IconActivity,
  IconAlertTriangle,
  IconBroadcast,
  IconCoin,
  IconHistory,
  IconListDetails,
  IconPlugConnected,
  IconSettings,
  IconStack2,
  IconTimelineEvent,
} from '@tabler/icons-react'
import type { Page } from '../lib/route'

/** The rail: page, name, icon, and the key after "g". */
export const ITEMS: readonly { page: Page; name: string; icon: typeof IconActivity; key: string }[] = [
  { page: 'now', name: 'Now', icon: IconActivity, key: 'n' },
  { page: 'alerts', name: 'Alerts', icon: IconAlertTriangle, key: 'a' },
  { page: 'incidents', name: 'Incidents', icon: IconTimelineEvent, key: 'i' },
  { page: 'spend', name: 'Spend', icon: IconCoin, key: 's' },
  { page: 'providers', name: 'Providers', icon: IconBroadcast, key: 'p' },
  { page: 'tasks', name: 'Tasks', icon: IconStack2, key: 't' },
  { page: 'changes', name: 'Changes', icon: IconHistory, key: 'c' },
  { page: 'events', name: 'Events', icon: IconListDetails, key: 'e' },
  { page: 'connections', name: 'Connections', icon: IconPlugConnected, key: 'l' },
  { page: 'settings', name: 'Settings', icon: IconSettings, key: 'o' },
]
