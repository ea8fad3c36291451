import type { AlertLine } from '../../bridge/types'

/**
 * Why an alert was told or held back. The reasons are the announcer's; one
 * that this version does not know is shown as it stands.
 */
export function reasonWords(reason: string): string {
  if (reason.startsWith(NOT_SHOWN_HERE)) {
    const words = reasonWords(reason.slice(NOT_SHOWN_HERE.length))
    return `Not shown here, where notifications are off. Else: ${words.charAt(0).toLowerCase()}${words.slice(1)}`
  }
  const known = REASONS[reason]
  if (known) return known
  const text = reason.replace(/^(held|skipped): /, '')
  return text === reason ? capital(reason) : `Held back: ${text}`
}

const NOT_SHOWN_HERE = 'not shown here: '

const REASONS: Record<string, string> = {
  '': 'Not decided yet',
  first: 'You were told',
  rise: 'You were told: it became worse',
  released: 'You were told: what held it back is over',
  reminder: 'You were reminded',
  'told again': 'You were told: an earlier attempt was cut short',
  resolved: 'You were told that it is over',
  unstable: 'You were told that it is unstable',
  settled: 'You were told that it has settled',
  digest: 'You were told in a summary',
  withdrawn: 'Taken back: the gateway’s claim was wrong',
  joined: 'Added to a notification that was already shown',
  'held: the window is in front': 'You were told in the window, which was in front',
  'skipped: higher threshold': 'Held back: a higher threshold was told',
  capped: 'Held back: too many at once',
  failed: 'The notification could not be shown',
  'failed: not permitted': 'The system blocks our notifications',
  'failed: no notification service': 'This desktop shows no notifications',
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Held back for good: nobody will be told of it by these. */
const NEVER: readonly string[] = [
  'held: notifications are off',
  'held: shown in the list only',
  'held: below the least severity',
  'held: over before it was told',
  'held: its beginning was not told',
  'held: its end is not worth a notice',
  'held: ended without news',
]

/** Whether the user was told, in two words for a list, as the notification log has it. */
export function notifiedLabel(alert: AlertLine): string {
  const reason = alert.notifyReason
  if (alert.notified) return 'Told'
  if (reason === 'held: the window is in front') return 'In the window'
  if (reason === '') return alert.status === 'resolved' ? 'Not told' : 'Waiting'
  if (reason === 'capped' || (/^(held|skipped): /.test(reason) && !NEVER.includes(reason))) return 'Held back'
  return 'Not told'
}

/** The same of one decision, by its words: told in the window is told, too. */
export function toldTag(step: { notified: boolean; words: string }): string {
  if (step.notified) return 'told'
  return step.words.startsWith('You were told in the window') ? 'in the window' : 'not told'
}

/** How an alert is, in words: one that is acknowledged goes on until what it is about is over. */
export function stateWords(alert: { status: string; acked: boolean }): string {
  return alert.acked && alert.status !== 'resolved' ? 'acknowledged, and still so' : alert.status
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
