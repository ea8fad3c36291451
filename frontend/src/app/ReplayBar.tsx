import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { queryKeys } from '../bridge/queries'
import { showError } from '../bridge/showError'
import { clock, clockSeconds, fullTime } from '../lib/format'
import { go } from '../lib/route'
import {
  endReplay,
  FROZEN,
  pause,
  play,
  type Replay,
  SPEEDS,
  seek,
  setSpeed,
  useCriticalNow,
  useReplay,
} from '../live/replay'
import { IconButton, SmallButton } from '../ui/controls'
import { Fact, shows } from '../ui/Fact'
import { EmptyMessage } from '../ui/Panel'
import { Shape } from '../ui/Shape'
import css from './ReplayBar.module.css'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** How much older than its time a picture may be before that is said, ms. */
const OLD_MS = 15_000

/** Says that what is shown is not live, and moves it through time. Nothing while it is live. */
export function ReplayBar() {
  const on = useReplay((replay) => replay.on)
  return on ? <Bar /> : null
}

function Bar() {
  const replay = useReplay((all) => all)
  const [tray, setTray] = useState(false)
  useAnswersOfThen(replay.moment?.at ?? 0)
  const { moment, playing, speed } = replay
  return (
    <section className={css.bar} aria-label="Replay">
      <strong>Not live</strong>
      <Time replay={replay} />
      <IconButton
        aria-label={playing ? 'Pause' : 'Play'}
        title="Play or pause" // what stands by the pointer stays as it was when it came
        disabled={!moment}
        onClick={() => (playing ? pause() : play(speed))}
      >
        {playing ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
      </IconButton>
      <select
        aria-label="Speed"
        value={speed}
        onChange={(event) => setSpeed(Number(event.currentTarget.value))}
      >
        {SPEEDS.map((times) => (
          <option key={times} value={times}>{`${times}×`}</option>
        ))}
      </select>
      {moment ? <Slider at={moment.at} from={replay.from} begun={replay.begun} /> : null}
      <SmallButton
        aria-expanded={tray}
        disabled={!moment?.known}
        onClick={() => setTray(!tray)}
        title={
          moment?.known ? `What the tray said then: ${moment.tray.tooltip}` : 'Nothing is kept of this time.'
        }
      >
        <Shape of={moment?.known ? shapeOfTray(moment.tray.shape) : 'stale'} size={12} label="" /> Tray
      </SmallButton>
      <Now />
      <SmallButton onClick={() => void endReplay().catch(showError)}>Back to live</SmallButton>
      {tray && moment?.known ? (
        <ul className={css.tray} aria-label="What the tray said" {...shows('replay.tray')}>
          <li>
            <b>{moment.tray.headline}</b>
          </li>
          {moment.tray.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      ) : null}
      <p className={replay.failed ? css.why : 'sr'} role="status">
        {replay.failed || FROZEN}
      </p>
    </section>
  )
}

function Time({ replay: { moment } }: { replay: Replay }) {
  if (!moment) return <span className={css.time}>…</span>
  const old = moment.known && moment.at - moment.asOf > OLD_MS
  return (
    <span className={`num ${css.time}`}>
      <Fact name="replay.at">{fullTime(moment.at)}</Fact>
      {old ? (
        <span className="dim">
          {' as of '}
          <Fact name="replay.asOf">{clockSeconds(moment.asOf)}</Fact>
        </span>
      ) : null}
    </span>
  )
}

/**
 * The day that a time lies in, counted back from when the replay was begun, as far as anything
 * is kept of it; and a field for any other.
 */
function Slider({ at, from, begun }: { at: number; from: number; begun: number }) {
  const lowest = useRef(at)
  lowest.current = Math.min(lowest.current, at) // it does not move under the mouse
  const end = begun - Math.floor((begun - at) / DAY) * DAY
  const begin = from > 0 && from < end ? Math.max(end - DAY, Math.min(from, lowest.current)) : end - DAY
  return (
    <>
      <input
        type="range"
        aria-label="Replayed time"
        aria-valuetext={clock(at)}
        min={begin}
        max={end}
        step={1000}
        value={at}
        onChange={(event) => seek(Number(event.currentTarget.value))}
      />
      <input
        type="datetime-local"
        aria-label="Go to a time"
        max={local(begun)}
        value={local(at)}
        onChange={(event) => {
          const chosen = Date.parse(event.currentTarget.value)
          if (!Number.isNaN(chosen)) seek(chosen)
        }}
      />
    </>
  )
}

/** What is critical while something else is looked at. */
function Now() {
  const open = useCriticalNow()
  const ids = Object.keys(open)
  const [first = ''] = ids
  if (!first) return null
  const look = () =>
    void endReplay()
      .then(() => go('alerts', ids.length === 1 ? first : ''))
      .catch(showError)
  return (
    <SmallButton danger className={css.critical} onClick={look}>
      <Shape of="critical" size={12} label="" />{' '}
      <span {...shows('replay.critical')}>
        {ids.length === 1 ? `Now: ${open[first]}` : `Now: ${ids.length} critical alerts`}
      </span>
    </SmallButton>
  )
}

/** Stands for the page where nothing is kept of the time. */
export function NotKept() {
  const moment = useReplay((replay) => replay.moment)
  if (!moment) return null
  const to = (at: number) => (
    <SmallButton key={at} onClick={() => seek(at)}>
      Go to <Fact name="replay.near">{clockSeconds(at)}</Fact>
    </SmallButton>
  )
  return (
    <div className={css.lost}>
      <EmptyMessage
        title="Nothing is kept of this time."
        actions={[moment.before, moment.after].filter((at) => at > 0).map(to)}
      >
        Gatewatch did not run then, the computer was asleep, or it is before what is kept. What is not known
        is not drawn.
      </EmptyMessage>
    </div>
  )
}

/** How long answers of the history may be of another time than what is shown, ms. */
const ANSWERS_MS = 1000

/** Questions to the history are asked anew as the time that is shown changes, and when it is live again. */
function useAnswersOfThen(at: number) {
  const client = useQueryClient()
  const step = Math.floor(at / MINUTE)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another minute is another answer
  useEffect(() => {
    const timer = setTimeout(() => anew(client), ANSWERS_MS / 4)
    return () => clearTimeout(timer)
  }, [client, step])
  useEffect(() => () => anew(client), [client])
}

function anew(client: ReturnType<typeof useQueryClient>) {
  for (const queryKey of [
    queryKeys.events,
    queryKeys.spend,
    queryKeys.decisions,
    queryKeys.causes,
    queryKeys.incidents,
    queryKeys.forecast,
    queryKeys.calendar,
  ])
    void client.invalidateQueries({ queryKey })
}

function shapeOfTray(shape: string) {
  return shape === 'ok' || shape === 'warning' || shape === 'critical' || shape === 'offline'
    ? shape
    : 'stale'
}

/** A time as a field for one has it. */
function local(at: number): string {
  const time = new Date(at - new Date(at).getTimezoneOffset() * MINUTE)
  return time.toISOString().slice(0, 16)
}
