import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { queryKeys } from '../bridge/queries'
import type { Topic } from '../bridge/types'
import { replayStore } from './replay'
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

/** What is asked of the history and is as of the time that is shown. */
const OF_A_TIME: readonly QueryKey[] = [queryKeys.incidents, queryKeys.decisions, queryKeys.events]

/**
 * Makes cached answers old when frames say that what they tell has changed, at
 * most once a second, until the returned function is called.
 */
export function startInvalidation(client: QueryClient): () => void {
  const topics = new Set<Topic>()
  let moved = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    timer = undefined
    const keys = new Set([...topics].flatMap((topic) => OLD_BY[topic] ?? []))
    topics.clear()
    if (moved) for (const queryKey of OF_A_TIME) keys.add(queryKey)
    moved = false
    for (const queryKey of keys) void client.invalidateQueries({ queryKey })
  }
  const soon = () => {
    timer ??= setTimeout(flush, EVERY_MS)
  }
  const offReplay = replayStore.subscribe((now, before) => {
    if (now.moment?.at === before.moment?.at) return
    moved = true
    soon()
  })
  const off = liveStore.subscribe((now, before) => {
    for (const topic of Object.keys(OLD_BY) as Topic[]) {
      if (now.live[topic] !== before.live[topic]) topics.add(topic)
    }
    if (topics.size > 0) soon()
  })
  return () => {
    clearTimeout(timer)
    off()
    offReplay()
  }
}
