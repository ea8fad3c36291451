/** What other features may use of the settings. Its page is loaded by app/pages.ts. */
export { OwnThresholds } from './OwnThresholds'
export { SECTIONS } from './sections'
export { useThresholds } from './useThresholds'
