import { useMemo, useRef, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useEventPages } from '../../bridge/queries'
import type { EventLine } from '../../bridge/types'
import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'

/** More events than anyone scrolls through; older ones are dropped from the page. */
const MAX_KEPT = 5000

export type EventFilter = {
  /** Kinds such as "spend.recorded"; none for all. */
  kinds: readonly string[]
  severities: readonly string[]
  text: string
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

/** Events of the gateways in sight that fit a filter. Keep the filter's identity while it is the same. */
export function useEvents(filter: EventFilter): Events {
  const scope = useScope()
  const pushed = useLive(
    useShallow((live) => Object.values(live.events).filter((event) => fitsFilter(event, scope, filter))),
  )
  const pages = useEventPages(
    {
      gateway: scope,
      kinds: [...filter.kinds],
      severities: [...filter.severities],
      text: filter.text,
      from: 0,
      to: 0,
    },
    useFirstKnown(useLive(oldestSeq)),
  )
  const kept = useRef(new Map<number, EventLine>())
  const data = pages.data
  const events = useMemo(() => {
    // The mirror drops its oldest; what was shown here stays while this is open.
    for (const event of pushed) kept.current.set(event.seq, event)
    for (const page of data?.pages ?? []) for (const event of page.events) kept.current.set(event.seq, event)
    const all = [...kept.current.values()].sort((a, b) => b.seq - a.seq)
    for (const event of all.splice(MAX_KEPT)) kept.current.delete(event.seq)
    return all.filter((event) => fitsFilter(event, scope, filter))
  }, [pushed, data, scope, filter])
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

/** Whether an event belongs to what is looked at. */
export function fitsFilter(event: EventLine, scope: string, filter: EventFilter): boolean {
  return (
    (scope === '' || event.gateway === scope || event.gateway === '') &&
    (filter.kinds.length === 0 || filter.kinds.includes(event.kind)) &&
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
