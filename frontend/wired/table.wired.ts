import { writeFileSync } from 'node:fs'
import { stringify } from 'smol-toml'
import { expect, it } from 'vitest'
import type { GatewayProfile, KeyPlace, Normal, SettingsView } from '../src/bridge/types'
import { becomes } from './operate'
import { type Program, program } from './program'

/** What the window's settings say: the form's, where keys are kept, and what was called normal. */
type View = SettingsView & { place: KeyPlace; normals: Normal[] }

/**
 * What each setting becomes when it is changed in the file: a value that is
 * not its default, and what the window's settings then say.
 */
const TABLE: Record<string, [value: unknown, shown: (view: View) => unknown, as?: unknown]> = {
  'alerts.thresholds.warning': [0.6, (view) => view.thresholds.warning],
  'alerts.thresholds.critical': [0.95, (view) => view.thresholds.critical],
  'alerts.more_thresholds': [[0.5], (view) => view.thresholds.all.includes(0.5), true],
  'alerts.min_budget': ['3', (view) => view.minBudget, 3e9],
  'alerts.normal': [
    [{ rule: 'spend.loop', gateway: 'g', kind: 'key', entity: '7' }],
    (view) => view.normals.map((one) => one.entity).join(),
    '7',
  ],
  'notifications.enabled': [false, (view) => view.notifications.enabled],
  'notifications.minimum': ['critical', (view) => view.notifications.minimum],
  'notifications.recovered': [false, (view) => view.notifications.sendResolved],
  'notifications.tasks': [true, (view) => view.notifications.tasks],
  'notifications.sound': [false, (view) => view.notifications.sound],
  'notifications.private': [true, (view) => view.notifications.privacy],
  'notifications.repeat': ['1h', (view) => view.notifications.repeatIntervalMs, 3_600_000],
  'notifications.per_minute': [7, (view) => view.notifications.perMinute],
  'notifications.per_hour': [70, (view) => view.notifications.perHour],
  'quiet_hours.enabled': [true, (view) => view.quietHours.enabled],
  'quiet_hours.critical_passes': [false, (view) => view.quietHours.criticalPasses],
  'quiet_hours.spans': [
    [{ days: ['mon'], from: '21:00', to: '06:00' }],
    (view) => view.quietHours.spans[0]?.from,
    '21:00',
  ],
  'window.theme': ['dark', (view) => view.appearance.theme],
  'window.close_to_tray': [false, (view) => view.appearance.closeToTray],
  'window.start_hidden': [true, (view) => view.appearance.startHidden],
  'window.start_at_login': [true, (view) => view.appearance.startAtLogin],
  'window.login_asked': [true, (view) => view.loginAsked],
  'window.text_size': [125, (view) => view.textSize],
  'keys.in_memory': [true, (view) => view.place.wanted],
  'updates.daily': [true, (view) => view.updates.daily],
  'updates.address': ['https://updates.example/latest.json', (view) => view.updates.address],
  'updates.key': [`${'A'.repeat(43)}=`, (view) => view.updates.key],
  'reconnect.schedule': [['1s'], (view) => view.reconnect.scheduleMs[0], 1000],
  'reconnect.max': ['20s', (view) => view.reconnect.maxMs, 20_000],
  'network.proxy': ['direct', (view) => view.network.proxy],
  'network.ca_file': ['/etc/ca.pem', (view) => view.network.caFile],
  'network.client_cert': ['/etc/me.pem', (view) => view.network.clientCert],
  'network.client_key': ['/etc/me.key', (view) => view.network.clientKey],
  'network.skip_negotiation': [true, (view) => view.network.skipNegotiation],
  'network.allow_query_token': [true, (view) => view.network.allowQueryToken],
  'network.transports': [['LongPolling'], (view) => view.network.transports.join(), 'LongPolling'],
  'retention.events': ['720h', (view) => view.retention.eventsMs, 720 * 3_600_000],
  'retention.sums': ['9000h', (view) => view.retention.sumsMs, 9000 * 3_600_000],
  'retention.max_megabytes': [200, (view) => view.retention.maxMegabytes],
}

/** The same of what a gateway has of its own; thresholds.wired.ts has its thresholds. */
const PROFILE: Record<string, [value: unknown, shown: (profile: GatewayProfile) => unknown]> = {
  label: ['Renamed', (profile) => profile.label],
  colour: ['#aa3366', (profile) => profile.colour],
  production: [true, (profile) => profile.production],
  connect: [true, (profile) => profile.enabled],
  core_url: ['http://127.0.0.1:2', (profile) => profile.coreUrl],
  admin_url: ['http://127.0.0.1:3', (profile) => profile.adminUrl],
  webhooks: [['https://hooks.example/done'], (profile) => profile.webhooks],
  'network.proxy': ['direct', (profile) => profile.network.proxy],
  'network.ca_file': ['/etc/own.pem', (profile) => profile.network.caFile],
  'network.client_cert': ['/etc/me.pem', (profile) => profile.network.clientCert],
  'network.client_key': ['/etc/me.key', (profile) => profile.network.clientKey],
  'network.skip_negotiation': [true, (profile) => profile.network.skipNegotiation === 'yes'],
  'network.allow_query_token': [true, (profile) => profile.network.allowQueryToken === 'yes'],
  'network.transports': [['LongPolling'], (profile) => profile.network.transports],
}

const profile = (p: Program) =>
  p.page.evaluate(async () => {
    const { go } = window as unknown as {
      go: { app: { Gateways: { List(): Promise<GatewayProfile[]> } } }
    }
    return (await go.app.Gateways.List())[0]
  })

const view = (p: Program) =>
  p.page.evaluate(async () => {
    type Settings = { Get(): Promise<SettingsView>; KeyPlace(): Promise<KeyPlace> }
    type App = { Settings: Settings; Alerts: { Normals(): Promise<Normal[]> } }
    const { Settings, Alerts } = (window as unknown as { go: { app: App } }).go.app
    return { ...(await Settings.Get()), place: await Settings.KeyPlace(), normals: await Alerts.Normals() }
  })

/** The settings that a file holds, by their path. */
function leaves(of: Record<string, unknown>, path = ''): string[] {
  return Object.entries(of).flatMap(([name, value]) => {
    const here = path ? `${path}.${name}` : name
    const table = typeof value === 'object' && value !== null && !Array.isArray(value)
    return table ? leaves(value as Record<string, unknown>, here) : [here]
  })
}

/** A value that no setting takes. */
const WRONG = { nonsense: 1 }

/** A file with these settings, by their paths. */
const fileOf = (settings: Record<string, unknown>) => stringify(tablesOf(settings))

function tablesOf(settings: Record<string, unknown>): Record<string, unknown> {
  const file: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(settings)) {
    const names = path.split('.')
    const last = names.pop() ?? ''
    let at = file
    for (const name of names) {
      at[name] ??= {}
      at = at[name] as Record<string, unknown>
    }
    at[last] = value
  }
  return file
}

/** Half a client certificate is none: with one setting of it comes the other. */
const whole = (path: string, of: Record<string, unknown>) =>
  path.startsWith('network.client_')
    ? { 'network.client_cert': '/etc/me.pem', 'network.client_key': '/etc/me.key', ...of }
    : of

it('every setting that the program writes is in the table, and each is in force when the file changes', async () => {
  const p = await program({ world: null })
  const { place: _, normals: __, ...saved } = await view(p)
  await p.page.evaluate(
    async (input) => {
      type Save = (input: unknown) => Promise<void>
      const { go } = window as unknown as { go: { app: { Settings: { Save: Save } } } }
      await go.app.Settings.Save(input)
    },
    { ...saved, minBudget: 2e9 },
  )
  const written = leaves(p.settings()).filter(
    (path) => path !== 'version' && path !== 'profiles' && !path.startsWith('alerts.rules'),
  )
  expect(written.filter((path) => !(path in TABLE))).toEqual([])
  expect(written.length).toBeGreaterThan(20)
  for (const [path, [value, shown, as]] of Object.entries(TABLE)) {
    writeFileSync(p.settingsPath, fileOf(whole(path, { [path]: value })))
    await becomes(async () => [path, shown(await view(p))]).toEqual([path, as ?? value])
    // What is wrong is said with its line, and the value of before stays in force.
    writeFileSync(p.settingsPath, fileOf(whole(path, { [path]: WRONG })))
    await becomes(async () => {
      const now = await view(p)
      return [path, shown(now), now.problems.some((problem) => /^Line \d+, [\w.]+.*: ./.test(problem))]
    }).toEqual([path, as ?? value, true])
  }
  const plain = { id: 'far', label: 'Far', connect: false, core_url: 'http://127.0.0.1:1' }
  for (const [name, [value, shown]] of Object.entries(PROFILE)) {
    const profiles = (given: unknown) => [{ ...plain, ...tablesOf(whole(name, { [name]: given })) }]
    writeFileSync(p.settingsPath, stringify({ profiles: profiles(value) }))
    await becomes(async () => {
      const now = await profile(p)
      return [name, now && shown(now)]
    }).toEqual([name, value])
    writeFileSync(p.settingsPath, stringify({ profiles: profiles(WRONG) }))
    await becomes(async () => [
      name,
      (await view(p)).problems.some((problem) => /^Line \d+, [\w.]+.*: ./.test(problem)),
    ]).toEqual([name, true])
  }
})
