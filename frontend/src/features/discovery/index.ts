/** What other features may use of the discovery of models. */
export { DiscoveriesPanel } from './DiscoveriesPanel'
export { type ModelDiscovery, useModelDiscovery } from './useModelDiscovery'
