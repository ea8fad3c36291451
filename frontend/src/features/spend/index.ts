/** What other features may use of spend and budgets. Its page is loaded by app/pages.ts. */
export { type Budget, budgetsOf, GROUP, groupName, limitOf, spentOf } from './budget'
export { burnOf, burnWords } from './burn'
export { lastsUntil, periodOver } from './forecast'
export { budgetGap, quietWords, todayOf, watchedMinutes } from './quiet'
export { type SpendTracking, useSpendTracking } from './useSpendTracking'
export { useVirtualKeySpend, type VirtualKeySpend } from './useVirtualKeySpend'
