/** What other features may use of the sidebar's counts. */
export { type Badge, type NavigationState, useNavigationStateHub } from './useNavigationStateHub'
