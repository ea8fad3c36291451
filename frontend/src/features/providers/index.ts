/** What other features may use of the providers. Its page is loaded by app/pages.ts. */
export { conditionWord, healthShape } from './health'
export { type ProviderModels, useProviderModels } from './useProviderModels'
