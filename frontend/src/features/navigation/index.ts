/** What other features may use of the sidebar's counts. */
export {
  atLeast,
  type Badge,
  leftOut,
  type NavigationState,
  useNavigationStateHub,
} from './useNavigationStateHub'
