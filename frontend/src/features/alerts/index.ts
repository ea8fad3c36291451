/** What other features may use of the alerts. Its page is loaded by app/pages.ts. */
export { Candidates, CausesOf, HitOf } from './CausesOf'
export { HeldBack } from './HeldBack'
export { InPageNotices } from './InPageNotices'
export { categoryWord, stateWords, toldTag } from './labels'
export { thingOf } from './thing'
export { type AlertBucket, bucketOf, byWeight, useAlerts } from './useAlerts'
