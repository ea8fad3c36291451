/** What the fields of the form are called on the page, by the form's own names. */
const LABELS: Record<string, string> = {
  warning: 'Warning at',
  critical: 'Critical at',
  more: 'More thresholds',
  minBudget: 'Smallest budget',
  'notifications.minimum': 'From severity',
  'notifications.repeatHours': 'Repeat a critical one after',
  'notifications.perMinute': 'At most in a minute',
  'notifications.perHour': 'At most in an hour',
  'updates.address': 'Address of the version file',
  'updates.key': 'Key that it is signed with',
  'appearance.theme': 'Appearance',
  'network.proxy': 'Proxy',
  'network.caFile': 'Certificate authorities',
  'network.clientCert': 'Client certificate',
  'network.clientKey': 'Its key',
  'network.transports': 'Transports',
  'reconnect.schedule': 'Try again after',
  'reconnect.max': 'Then every',
  'retention.events': 'Keep events for',
  'retention.sums': 'Keep sums and alerts for',
  'retention.maxMegabytes': 'At most',
}

/** A field's label; undefined if the page has no such field. */
export function labelOf(field: string): string | undefined {
  const span = /^quietHours\.spans\.(\d+)\.(from|to)$/.exec(field)
  if (span) return `Quiet hours, time ${Number(span[1]) + 1}, ${span[2]}`
  return LABELS[field]
}
