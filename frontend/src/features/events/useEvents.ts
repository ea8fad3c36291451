import { useMemo, useRef, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useEventPages } from '../../bridge/queries'
import type { EventLine, EventQuery } from '../../bridge/types'
import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'

/** More pushed events than anyone scrolls through; older ones are asked of the history again. */
const MAX_LOADED = 5000

export type EventFilter = {
  /** Kinds such as "spend.recorded"; none for all. Keys and providers by their ids, one suffices. */
  kinds: readonly string[]
  severities: readonly string[]
  keys: readonly string[]
  providers: readonly string[]
  task: string
  text: string
  /** Unix ms; 0 for no bound. */
  from: number
  to: number
}

export type Events = {
  /** Newest first: what was pushed, then what history holds from before. */
  events: EventLine[]
  /** History has more. */
  more: boolean
  loadMore(): void
  loading: boolean
  /** What history failed with, or null. What was pushed is there all the same. */
  error: Error | null
}

/** The question to the history of a filter. */
export function queryOf(filter: EventFilter, scope: string): Omit<EventQuery, 'before' | 'limit'> {
  const { kinds, severities, keys, providers, task, text, from, to } = filter
  return {
    gateway: scope,
    kinds: [...kinds],
    severities: [...severities],
    keys: [...keys],
    providers: [...providers],
    task,
    text,
    from,
    to,
  }
}

/** Whether only the history can tell what fits: what is pushed does not say what it is about. */
const onlyHistoryTells = (filter: EventFilter) =>
  filter.keys.length + filter.providers.length > 0 || filter.task !== '' || filter.to > 0

/** Events of the gateways in sight that fit a filter. Keep the filter's identity while it is the same. */
export function useEvents(filter: EventFilter): Events {
  const scope = useScope()
  const asked = onlyHistoryTells(filter)
  const pushed = useLive(
    useShallow((live) =>
      asked ? NONE : Object.values(live.events).filter((event) => fitsFilter(event, scope, filter)),
    ),
  )
  const first = useFirstKnown(useLive(oldestSeq))
  // While much happens not every event is pushed: what is sought is asked of the history, too.
  const sought = asked || filter.text !== ''
  const pages = useEventPages(queryOf(filter, scope), sought ? 0 : first, sought)
  const loaded = useRef(new Map<number, EventLine>())
  const data = pages.data
  const events = useMemo(() => {
    const found = data?.pages.flatMap((page) => page.events) ?? []
    if (asked) return found
    // The mirror drops its oldest; what was shown here stays while this is open.
    for (const event of pushed) loaded.current.set(event.seq, event)
    const newest = [...loaded.current.keys()].sort((a, b) => b - a)
    for (const seq of newest.splice(MAX_LOADED)) loaded.current.delete(seq)
    const all = new Map(found.map((event) => [event.seq, event]))
    for (const event of loaded.current.values()) all.set(event.seq, event)
    return [...all.values()].filter((event) => fitsFilter(event, scope, filter)).sort((a, b) => b.seq - a.seq)
  }, [pushed, data, scope, filter, asked])
  return {
    events,
    more: pages.hasNextPage,
    loadMore: () => {
      if (pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage()
    },
    loading: pages.isFetching,
    error: pages.error,
  }
}

const NONE: EventLine[] = []

/** Whether an event belongs to what is looked at. */
function fitsFilter(event: EventLine, scope: string, filter: EventFilter): boolean {
  return (
    (scope === '' || event.gateway === scope || event.gateway === '') &&
    (filter.kinds.length === 0 || filter.kinds.includes(event.kind)) &&
    (filter.from === 0 || event.at >= filter.from) &&
    (filter.severities.length === 0 || filter.severities.includes(event.severity)) &&
    event.text.toLowerCase().includes(filter.text.toLowerCase())
  )
}

function oldestSeq(live: { events: Record<string, EventLine> }): number {
  let oldest = 0
  for (const id in live.events) {
    const seq = live.events[id]?.seq ?? 0
    if (oldest === 0 || seq < oldest) oldest = seq
  }
  return oldest
}

/** The first value that is not 0: history is asked for what is older than that, once. */
function useFirstKnown(value: number): number {
  const [first, setFirst] = useState(value)
  if (first === 0 && value !== 0) setFirst(value)
  return first
}
