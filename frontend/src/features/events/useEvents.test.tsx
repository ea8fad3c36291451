import { act, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { fakeBridge } from '../../bridge/fake'
import { anEvent } from '../../bridge/fixtures'
import { emptyLive } from '../../bridge/types'
import { liveStore } from '../../live/store'
import { given, runHook } from '../../test/render'
import { type EventFilter, useEvents } from './useEvents'

const filter: EventFilter = {
  kinds: [],
  severities: [],
  keys: [],
  providers: [],
  task: '',
  text: 'research',
  from: 0,
  to: 0,
}

describe('what is sought', () => {
  it('is found in the history, however much was pushed since', async () => {
    const bridge = fakeBridge({ live: emptyLive() })
    const asked: number[] = []
    bridge.History.Events = async (query) => {
      asked.push(query.before)
      return { events: [anEvent({ seq: 40, text: 'Research has used 91 %' })], next: 0 }
    }
    const lines = (from: number) =>
      Object.fromEntries(
        Array.from({ length: 200 }, (_, i) => [String(from + i), anEvent({ seq: from + i, text: 'booked' })]),
      )
    given({ events: lines(1000) })
    const { result } = runHook(() => useEvents(filter), bridge)
    await waitFor(() => expect(result.current.events.map((event) => event.seq)).toEqual([40]))
    for (let from = 1200; from < 8000; from += 200)
      act(() => liveStore.setState((mirror) => ({ live: { ...mirror.live, events: lines(from) } })))
    expect(result.current.events.map((event) => event.seq)).toEqual([40])
    expect(asked[0]).toBe(0) // the newest: not all that happens is pushed
  })
})
