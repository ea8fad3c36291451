import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

const KEY = 'gatewatch.scope'

/** Which gateway this window looks at; "" is all of them. Only this window knows. */
export const scopeStore = createStore<{ gateway: string }>(() => ({
  gateway: localStorage.getItem(KEY) ?? '',
}))

/** Looks at one gateway, or at all with "". */
export function setScope(gateway: string): void {
  localStorage.setItem(KEY, gateway)
  scopeStore.setState({ gateway })
}

/** The gateway that is looked at; "" is all of them. */
export function useScope(): string {
  return useStore(scopeStore, (scope) => scope.gateway)
}

/** Whether a thing belongs to what is looked at. */
export function inScope(scope: string, thing: { gateway: string }): boolean {
  return scope === '' || thing.gateway === scope
}
