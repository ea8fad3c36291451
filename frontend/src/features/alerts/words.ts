import type { AlertLine } from '../../bridge/types'

/**
 * Why an alert was told or held back. The reasons are the announcer's; one
 * that this version does not know is shown as it stands.
 */
export function reasonWords(reason: string): string {
  const key = reason.replace(/[.\s-]/g, '_').toLowerCase()
  return REASONS[key] ?? reason.replace(/[_.]/g, ' ')
}

const REASONS: Record<string, string> = {
  '': 'Not decided yet',
  sent: 'You were told',
  sent_first: 'You were told',
  sent_escalated: 'You were told again: it became critical',
  sent_reminder: 'You were reminded',
  sent_resolved: 'You were told that it is over',
  sent_flapping: 'You were told that it is unstable',
  sent_digest: 'You were told in a summary',
  settling: 'Waiting to see whether it lasts',
  held_settling: 'Held back: it did not last long enough',
  held_silenced: 'Held back: you snoozed it',
  held_snoozed: 'Held back: you snoozed it',
  held_muted: 'Held back: notifications were muted',
  held_acked: 'Held back: you acknowledged it',
  acknowledged: 'You acknowledged it',
  held_inhibited: 'Held back: something weightier explains it',
  held_quiet: 'Held back: quiet hours',
  held_looking: 'Held back: you were looking at the window',
  held_repeat: 'Held back: told not long ago',
  held_capped: 'Held back: too many at once',
  capped: 'Held back: too many at once',
  held_flapping: 'Held back: it comes and goes',
  held_severity: 'Held back: below the severity that you want to hear of',
  held_disabled: 'Held back: notifications are switched off',
  held_grace: 'Held back: just started',
  held_lower: 'Held back: a higher threshold was told',
  failed: 'The notification could not be shown',
}

/** Whether the user was told, in two words for a list. */
export function toldWord(alert: AlertLine): string {
  if (alert.toldAt > 0) return 'Told'
  return alert.told === '' || alert.told === 'settling' ? 'Waiting' : 'Held back'
}

/** A category as the reader says it. */
export function categoryWord(category: string): string {
  switch (category) {
    case 'spend':
      return 'Spend'
    case 'provider':
      return 'Provider'
    case 'task':
      return 'Task'
    case 'connection':
      return 'Connection'
    case 'change':
      return 'Change'
    default:
      return category
  }
}
