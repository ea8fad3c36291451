import type { Services } from './bridge'
import { BridgeError } from './errors'
import type { KeyPlace, SettingsInput, SettingsView } from './types'

/** Settings that are kept as long as the page is. */
export function fakeSettings(): Services['Settings'] {
  let settings: SettingsView = {
    file: '/home/you/.config/gatewatch/settings.toml',
    problems: [],
    thresholds: { warning: 0.75, critical: 0.9, all: [0.75, 0.9] },
    minBudget: 1e9,
    notifications: {
      enabled: true,
      minimum: 'warning',
      sendResolved: true,
      tasks: false,
      sound: true,
      privacy: false,
      repeatIntervalMs: 4 * 3_600_000,
      perMinute: 4,
      perHour: 12,
    },
    quietHours: {
      enabled: false,
      criticalPasses: true,
      spans: [{ days: [1, 2, 3, 4, 5], from: '22:00', to: '07:00' }],
    },
    appearance: { theme: 'auto', closeToTray: true, startHidden: false, startAtLogin: false },
    network: {
      proxy: '',
      caFile: '',
      clientCert: '',
      clientKey: '',
      skipNegotiation: false,
      allowQueryToken: false,
      transports: ['WebSockets', 'ServerSentEvents', 'LongPolling'],
    },
    updates: { daily: false, address: '', key: '' },
    reconnect: { scheduleMs: [0, 2000, 10_000, 30_000], maxMs: 30_000 },
    retention: { eventsMs: 90 * 86_400_000, sumsMs: 400 * 86_400_000, maxMegabytes: 1024 },
    own: [],
    loginAsked: false,
    textSize: 100,
  }
  let place: KeyPlace = {
    at: 'keychain',
    locked: false,
    file: '/home/you/.local/share/gatewatch/keys.age',
    why: '',
    wanted: false,
  }
  return {
    Get: async () => structuredClone(settings),
    Save: async (input: SettingsInput) => {
      if (input.thresholds.warning >= input.thresholds.critical)
        throw new BridgeError('usage', 'The warning must be below the critical threshold.')
      settings = { ...settings, ...structuredClone(input) }
    },
    SetTextSize: async (percent) => {
      settings = { ...settings, textSize: Math.min(Math.max(percent, 70), 200) }
    },
    SetThresholds: async (gateway, group, key, warning, critical) => {
      const own = settings.own.filter(
        (one) => one.gateway !== gateway || one.group !== group || one.key !== key,
      )
      if (warning > 0 || critical > 0) own.push({ gateway, group, key, warning, critical })
      settings = { ...settings, own }
    },
    Export: async () => '/home/you/Downloads/gatewatch-settings.toml',
    Import: async (text) => {
      if (text.includes('[[['))
        throw new BridgeError(
          'usage',
          'These are no settings of Gatewatch: line 1 of the text cannot be read.',
        )
      const changes = text.includes('=') ? [{ path: 'window.theme', from: 'auto', to: 'dark' }] : []
      return { changes, problems: [] }
    },
    WipeHistory: async () => {},
    TestNotification: async () => ({ delivered: true, driver: 'dbus', message: '' }),
    AsksAboutLogin: async () => false,
    AnswerLogin: async () => {},
    CheckForUpdates: async () => ({
      kind: settings.updates.address ? 'current' : 'unset',
      version: '',
      notes: '',
      text: settings.updates.address
        ? 'Gatewatch 1.0.0 is the newest version.'
        : 'No address is set at which a newer version would be named.',
      at: Date.now(),
    }),
    KeyPlace: async () => structuredClone(place),
    KeepKeysInFile: async (passphrase) => {
      if (passphrase.length < 8) throw new BridgeError('usage', 'A passphrase has at least 8 characters.')
      place = { ...place, at: 'file', why: '', wanted: false }
    },
    KeepKeysInMemory: async () => {
      place = { ...place, wanted: true }
    },
    UnlockKeys: async () => {
      place = { ...place, locked: false }
    },
    LeaveKeyFile: async () => {
      place = { ...place, at: 'keychain' }
    },
    About: async () => ({
      version: '1.0.0',
      go: 'go1.26.8',
      wails: 'v2.16.0',
      os: 'linux/amd64',
      dataDir: '/home/you/.local/share/gatewatch',
      logFile: '/home/you/.local/state/gatewatch/gatewatch.log',
    }),
  }
}
