import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Bridge } from '../bridge/bridge'
import { toBridgeError } from '../bridge/errors'
import { type Delta, emptyLive, type ReplayMoment } from '../bridge/types'
import { setClock } from '../lib/time'
import { merge, reconcile } from './merge'
import { liveStore, presentStore, setReplaying } from './store'

/** How fast the past can pass. */
export const SPEEDS = [1, 2, 5, 10, 30, 60] as const

/** The shortest time between two pictures of a past that passes, ms. */
const EVERY_MS = 250

/** Why a control does nothing while the past is shown. */
export const FROZEN = 'Nothing can be changed while the past is shown. Go back to live first.'

export type Replay = {
  on: boolean
  /** Of which time anything is kept, and when the replay was begun (Unix ms; 0: nothing is). */
  from: number
  to: number
  begun: number
  /** What is shown: the last moment. */
  moment: Omit<ReplayMoment, 'delta'> | null
  playing: boolean
  speed: number
  /** Why the last moment could not be shown; "" if it is. */
  failed: string
}

const OFF: Replay = {
  on: false,
  from: 0,
  to: 0,
  begun: 0,
  moment: null,
  playing: false,
  speed: 1,
  failed: '',
}

/** What of the past is shown. Only this file writes it. */
export const replayStore = createStore<Replay>(() => OFF)

export function useReplay<T>(select: (replay: Replay) => T): T {
  return useStore(replayStore, select)
}

/** Why nothing can be changed now; undefined if it can. */
export function useFrozen(): string | undefined {
  return useReplay((replay) => (replay.on ? FROZEN : undefined))
}

let bridge: Pick<Bridge, 'Replay'> | null = null
let wanted = Number.NaN
let busy = false
let timer: ReturnType<typeof setInterval> | undefined

/** Shows the past from a time on (Unix ms), paused. Go keeps watching and telling meanwhile. */
export async function startReplay(over: Pick<Bridge, 'Replay'>, at: number): Promise<void> {
  const { from, to, now } = await over.Replay.Start()
  bridge = over
  setReplaying(true)
  replayStore.setState({ ...OFF, on: true, from, to, begun: now })
  seek(at)
}

/** Shows another time; of several asked for while one is under way, the last. */
export function seek(at: number): void {
  const { on, begun, playing, speed } = replayStore.getState()
  if (!on) return
  wanted = Math.min(Math.max(1, Math.round(at)), begun)
  if (playing) run(wanted, speed)
  void pump()
}

/** Lets the past pass, so many times as fast as it did, until its end. */
export function play(speed: number): void {
  const { on, moment } = replayStore.getState()
  if (!on || !moment) return
  replayStore.setState({ playing: true, speed })
  run(moment.at, speed)
}

export function pause(): void {
  clearInterval(timer)
  replayStore.setState({ playing: false })
}

/** How fast it passes, or will. */
export function setSpeed(speed: number): void {
  if (replayStore.getState().playing) play(speed)
  else replayStore.setState({ speed })
}

/** Goes back to the present. */
export async function endReplay(): Promise<void> {
  const over = bridge
  clearInterval(timer)
  bridge = null
  wanted = Number.NaN
  replayStore.setState(OFF)
  setClock(null)
  setReplaying(false)
  await over?.Replay.End()
}

function run(from: number, speed: number): void {
  clearInterval(timer)
  const began = performance.now()
  timer = setInterval(() => {
    if (busy) return // what is under way comes first
    const at = from + (performance.now() - began) * speed
    const { begun } = replayStore.getState()
    wanted = Math.min(Math.round(at), begun)
    if (wanted >= begun) pause()
    void pump()
  }, EVERY_MS)
}

async function pump(): Promise<void> {
  if (busy) return
  busy = true
  try {
    while (bridge && !Number.isNaN(wanted)) {
      const at = wanted
      wanted = Number.NaN
      const over = bridge
      const moment = await over.Replay.Moment(at, replayStore.getState().moment?.n ?? 0)
      if (bridge !== over) return // it is over
      show(moment)
    }
  } catch (thrown) {
    pause()
    replayStore.setState({ failed: toBridgeError(thrown).message })
  } finally {
    busy = false
    if (bridge && !Number.isNaN(wanted)) void pump() // another replay was begun meanwhile
  }
}

function show({ delta, ...moment }: ReplayMoment): void {
  const changes = delta as Delta
  liveStore.setState(({ live }) => ({
    live: moment.whole ? reconcile(live, merge(emptyLive(), changes)) : merge(live, changes),
  }))
  replayStore.setState({ moment, failed: '' })
  setClock(() => moment.at)
}

/** The critical alerts that need somebody now: neither acknowledged nor snoozed nor held back, whatever time is shown, as "title" by id. */
export function useCriticalNow(): Record<string, string> {
  const alerts = useStore(presentStore, (mirror) => mirror.live.alerts)
  const open: Record<string, string> = {}
  for (const alert of Object.values(alerts))
    if (
      alert.severity === 'critical' &&
      alert.status === 'firing' &&
      !alert.acked &&
      alert.silencedUntil <= Date.now() &&
      alert.inhibitedBy === ''
    )
      open[alert.id] = alert.title
  return open
}
