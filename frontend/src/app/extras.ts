import { useEffect, useReducer } from 'react'

let extras: typeof import('./extraParts') | null = null

/** Loads what the frame is drawn without the first time, so that it is there at once. */
export async function loadExtras(): Promise<void> {
  extras ??= await import('./extraParts')
}

/** The menus, the palette and the list of keys; null in the moment after the first paint in which they are loaded. */
export function useExtras(): typeof import('./extraParts') | null {
  const [, redraw] = useReducer((n: number) => n + 1, 0)
  useEffect(() => {
    if (!extras) void loadExtras().then(redraw)
  }, [])
  return extras
}
