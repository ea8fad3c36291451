import type { UseFormReturnType } from '@mantine/form'
import type { BridgeError, RefusedField } from '../../bridge/errors'
import type { SettingsInput, SettingsView } from '../../bridge/types'
import { labelOf } from './fieldLabels'

/** What the form holds: money in dollars, shares in per cent, waits in seconds or hours, how long things are kept in days. */
export type SettingsForm = {
  warning: number
  critical: number
  more: string
  minBudget: number
  notifications: Omit<SettingsInput['notifications'], 'repeatIntervalMs'> & { repeatHours: number }
  quietHours: SettingsInput['quietHours']
  appearance: SettingsInput['appearance']
  network: SettingsInput['network']
  updates: SettingsInput['updates']
  reconnect: { schedule: string; max: number }
  retention: { events: number; sums: number; maxMegabytes: number }
}
export type SettingsFormApi = UseFormReturnType<SettingsForm>

const PER_USD = 1_000_000_000
const SECOND = 1000
const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The settings as the form shows them. */
export function toForm(view: SettingsView): SettingsForm {
  const { warning, critical, all } = view.thresholds
  const { repeatIntervalMs, ...told } = view.notifications
  return {
    warning: perCent(warning),
    critical: perCent(critical),
    more: all
      .filter((share) => share !== warning && share !== critical)
      .map((share) => String(perCent(share)))
      .join(', '),
    minBudget: view.minBudget / PER_USD,
    notifications: { ...told, repeatHours: repeatIntervalMs / HOUR },
    quietHours: structuredClone(view.quietHours),
    appearance: structuredClone(view.appearance),
    network: structuredClone(view.network),
    updates: structuredClone(view.updates),
    reconnect: {
      schedule: view.reconnect.scheduleMs.map((wait) => String(wait / SECOND)).join(', '),
      max: view.reconnect.maxMs / SECOND,
    },
    retention: {
      events: view.retention.eventsMs / DAY,
      sums: view.retention.sumsMs / DAY,
      maxMegabytes: view.retention.maxMegabytes,
    },
  }
}

/** What the form shows as settings to save. */
export function fromForm(values: SettingsForm): SettingsInput {
  const warning = values.warning / 100
  const critical = values.critical / 100
  const { repeatHours, ...told } = values.notifications
  const all = [...new Set([warning, critical, ...numbersOf(values.more).map((n) => n / 100)])].sort(
    (a, b) => a - b,
  )
  return {
    thresholds: { warning, critical, all },
    minBudget: Math.round(values.minBudget * PER_USD),
    notifications: { ...told, repeatIntervalMs: Math.round(repeatHours * HOUR) },
    quietHours: values.quietHours,
    appearance: values.appearance,
    network: values.network,
    updates: {
      daily: values.updates.daily,
      address: values.updates.address.trim(),
      key: values.updates.key.trim(),
    },
    reconnect: {
      scheduleMs: numbersOf(values.reconnect.schedule).map((wait) => Math.round(wait * SECOND)),
      maxMs: Math.round(values.reconnect.max * SECOND),
    },
    retention: {
      eventsMs: Math.round(values.retention.events * DAY),
      sumsMs: Math.round(values.retention.sums * DAY),
      maxMegabytes: values.retention.maxMegabytes,
    },
  }
}

/**
 * What to save: of what was changed here the new value, and of the rest what is
 * in force by now, which somebody may have changed in the file meanwhile.
 */
export function mergeInput(base: SettingsInput, mine: SettingsInput, latest: SettingsInput): SettingsInput {
  return merged(base, mine, latest) as SettingsInput
}

function merged(base: unknown, mine: unknown, latest: unknown): unknown {
  if (JSON.stringify(base) === JSON.stringify(mine)) return latest
  if (!isTable(base) || !isTable(mine) || !isTable(latest)) return mine
  return Object.fromEntries(
    Object.keys(mine).map((name) => [name, merged(base[name], mine[name], latest[name])]),
  )
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is wrong with what was typed, by field; nothing if all is well. */
export function validateForm(values: SettingsForm) {
  const errors: Record<string, string> = {}
  if (!within(values.warning)) errors.warning = 'Between 1 and 100 %.'
  if (!within(values.critical)) errors.critical = 'Between 1 and 100 %.'
  if (values.warning >= values.critical) errors.critical = 'Must be above the warning.'
  if (
    values.more.trim() !== '' &&
    (numbersOf(values.more).length === 0 || !numbersOf(values.more).every(within))
  )
    errors.more = 'Numbers between 1 and 100, with commas between them.'
  if (!between(values.minBudget, 0, Number.MAX_VALUE)) errors.minBudget = 'Not below 0.'
  const { notifications: told, network, reconnect, retention } = values
  if (!between(told.repeatHours, 0, 48))
    errors['notifications.repeatHours'] = 'From 0 to 48 h; 0 never repeats.'
  if (!whole(told.perMinute, 1, 60)) errors['notifications.perMinute'] = 'From 1 to 60.'
  if (!whole(told.perHour, 1, 3600)) errors['notifications.perHour'] = 'From 1 to 3600.'
  if (network.transports.length === 0) errors['network.transports'] = 'At least one is needed.'
  if ((network.clientCert === '') !== (network.clientKey === ''))
    errors['network.clientKey'] = 'A client certificate needs both files.'
  if (neverQuiet(values.quietHours)) errors['quietHours.enabled'] = NEVER_QUIET
  values.quietHours.spans.forEach((span, i) => {
    for (const end of ['from', 'to'] as const)
      if (values.quietHours.enabled && !/^\d\d:\d\d$/.test(span[end]))
        errors[`quietHours.spans.${i}.${end}`] = 'A time such as 22:00.'
  })
  if (!isProxy(network.proxy.trim()))
    errors['network.proxy'] = 'direct, or an address such as http://proxy:3128.'
  const { updates } = values
  if (updates.address.trim() !== '' && !isAddress(updates.address.trim(), ['http:', 'https:']))
    errors['updates.address'] = 'An address such as https://example.com/gatewatch.'
  if (updates.key.trim() !== '' && !/^[A-Za-z0-9+/]{43}=$/.test(updates.key.trim()))
    errors['updates.key'] = 'An ed25519 public key in base64, of 44 characters.'
  if (updates.daily && (updates.address.trim() === '' || updates.key.trim() === ''))
    errors['updates.address'] = 'To look, an address and a key are needed.'
  const waits = numbersOf(reconnect.schedule)
  if (waits.length === 0 || !waits.every((wait) => wait >= 0 && wait <= 3600))
    errors['reconnect.schedule'] = 'Seconds from 0 to 3600, with commas between them.'
  if (!between(reconnect.max, 1, 3600)) errors['reconnect.max'] = 'From 1 to 3600 s.'
  if (!between(retention.events, 1, 3650)) errors['retention.events'] = 'From 1 to 3650 days.'
  if (!between(retention.sums, 1, 3650)) errors['retention.sums'] = 'From 1 to 3650 days.'
  if (!whole(retention.maxMegabytes, 50, 100_000)) errors['retention.maxMegabytes'] = 'From 50 to 100000 MB.'
  return errors
}

const isProxy = (text: string) =>
  text === '' || text === 'direct' || isAddress(text, ['http:', 'https:', 'socks5:'])

function isAddress(text: string, schemes: readonly string[]): boolean {
  try {
    const { protocol, host } = new URL(text)
    return schemes.includes(protocol) && host !== ''
  } catch {
    return false
  }
}

/** Said of quiet hours that are on and have no times. */
const NEVER_QUIET = 'Add a time: without one nothing is ever kept quiet.'

/** Whether quiet hours are on that never come. */
export function neverQuiet(of: SettingsForm['quietHours']): boolean {
  return of.enabled && of.spans.length === 0
}

/** The form's own names of what the file calls otherwise. */
const NAMES: Record<string, string> = {
  'alerts.thresholds.warning': 'warning',
  'alerts.thresholds.critical': 'critical',
  'alerts.more_thresholds': 'more',
  'alerts.min_budget': 'minBudget',
  'notifications.repeat': 'notifications.repeatHours',
}

/** What was refused, by the form's field; the rest under its path in the file. */
export function refusedFields(fields: readonly RefusedField[]): Record<string, string> {
  return Object.fromEntries(fields.map(({ path, message }) => [formPath(path), message]))
}

/** What was refused in words, each by its field's label; what no field shows by its path in the file. */
export function refusedWords({ message, fields }: Pick<BridgeError, 'message' | 'fields'>): string {
  if (fields.length === 0) return message
  return fields.map((field) => `${labelOf(formPath(field.path)) ?? field.path}: ${field.message}`).join(' ')
}

function formPath(path: string): string {
  const known = NAMES[path.replace(/\[\d+\]$/, '')]
  if (known) return known
  const list = path.startsWith('quiet_hours') ? path : path.replace(/\[\d+\]$/, '')
  return list.replace(/\[(\d+)\]/g, '.$1').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Whether a field holds a number, and one within these bounds; what is half typed is none. */
function between(n: number, least: number, most: number): boolean {
  return Number.isFinite(n) && n >= least && n <= most
}

function whole(n: number, least: number, most: number): boolean {
  return Number.isInteger(n) && n >= least && n <= most
}

function numbersOf(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number)
}

function within(n: number): boolean {
  return between(n, 1, 100)
}

function perCent(share: number): number {
  return Math.round(share * 10_000) / 100
}
