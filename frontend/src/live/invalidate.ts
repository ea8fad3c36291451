import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { queryKeys } from '../bridge/queries'
import type { Topic } from '../bridge/types'
import { liveStore } from './store'

/** Which answers a change of a topic makes old. */
const OLD_BY: Partial<Record<Topic, readonly QueryKey[]>> = {
  gateways: [queryKeys.profiles],
  nav: [queryKeys.profiles, queryKeys.rules],
  changes: [queryKeys.profiles, queryKeys.settings],
  alerts: [queryKeys.decisions, queryKeys.incidents, queryKeys.mutes, queryKeys.maintenance],
  app: [queryKeys.settings, queryKeys.mutes],
}

/** The shortest time between two rounds, ms: frames come four times a second. */
const EVERY_MS = 1000

/**
 * Makes cached answers old when frames say that what they tell has changed, at
 * most once a second, until the returned function is called.
 */
export function startInvalidation(client: QueryClient): () => void {
  const topics = new Set<Topic>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    timer = undefined
    const keys = new Set([...topics].flatMap((topic) => OLD_BY[topic] ?? []))
    topics.clear()
    for (const queryKey of keys) void client.invalidateQueries({ queryKey })
  }
  const off = liveStore.subscribe((now, before) => {
    for (const topic of Object.keys(OLD_BY) as Topic[]) {
      if (now.live[topic] !== before.live[topic]) topics.add(topic)
    }
    if (topics.size > 0 && timer === undefined) timer = setTimeout(flush, EVERY_MS)
  })
  return () => {
    clearTimeout(timer)
    off()
  }
}
