import { ALL_EVENTS } from '../../bridge/queries'
import type { ExportInput } from '../../bridge/types'

/** What is written: one incident, or the events of a question. */
export type Exportable = Pick<ExportInput, 'incident' | 'events'>

/** One incident, by its id or that of one of its alerts. */
export function ofIncident(incident: string): Exportable {
  return { incident, events: { ...ALL_EVENTS, gateway: '', from: 0, to: 0, before: 0, limit: 1 } }
}
