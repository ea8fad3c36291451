import { useEffect, useState } from 'react'

/** What a part of a page is loaded from when it is first wanted; null until it is there. Throws if it cannot be had. */
export function useLoaded<T>(load: () => Promise<T>, wanted: boolean): T | null {
  const [loaded, setLoaded] = useState<{ part: T } | { error: unknown } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is loaded does not change
  useEffect(() => {
    if (!wanted || loaded) return
    let gone = false
    load().then(
      (part) => gone || setLoaded({ part }),
      (error: unknown) => gone || setLoaded({ error }),
    )
    return () => {
      gone = true
    }
  }, [wanted, loaded])
  if (loaded && 'error' in loaded) throw loaded.error
  return loaded ? loaded.part : null
}
