/** What other features may use to write what they show into a file. */
export { ExportButton } from './ExportButton'
export { type Exportable, ofIncident } from './exportable'
