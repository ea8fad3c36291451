import type { IncidentView } from '../../bridge/types'
import { plural } from '../../lib/format'
import { toldTag } from '../alerts'

/** What stands where the history has not answered yet, or cannot. */
export function readingWords(error: Error | null): string {
  return error ? `The history cannot be read: ${error.message}` : 'The history is being read.'
}

/** How often its user was told of it, and if not, where they saw it or why not. */
export function toldWords(view: IncidentView): string {
  if (view.notified > 0) return plural(view.notified, 'time')
  if (view.steps.some((step) => step.decision && toldTag(step) === 'in the window'))
    return 'in the window, which was in front'
  return view.kept ? 'no: why is below' : 'not kept'
}
