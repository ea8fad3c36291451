import { spotlight } from '@mantine/spotlight'
import { IconBell, IconBellOff, IconChevronDown, IconSearch } from '@tabler/icons-react'
import { useCallback } from 'react'
import { useStore } from 'zustand'
import { stateShape, stateWord, useRealTimeFeatures } from '../features/connections'
import { clock, duration } from '../lib/format'
import { byText } from '../lib/order'
import { go } from '../lib/route'
import { useTicking } from '../lib/time'
import { useFrozen, useReplay } from '../live/replay'
import { useScope } from '../live/scope'
import { liveStore, useLive } from '../live/store'
import { gatewayColour } from '../ui/colours'
import { shows } from '../ui/Fact'
import { Shape } from '../ui/Shape'
import { useExtras } from './extras'
import css from './TopBar.module.css'
import { useLasting } from './useLasting'

/** Which gateway is looked at, how the connections are, search and mute. */
export function TopBar() {
  return (
    <header className={css.bar}>
      <GatewaySwitch />
      <ConnectionPill />
      <DemoMark />
      <button type="button" className={css.search} onClick={() => spotlight.open()}>
        <IconSearch size={14} aria-hidden />
        <span>Search or do anything</span>
        <kbd>Ctrl K</kbd>
      </button>
      <MuteButton />
    </header>
  )
}

function GatewaySwitch() {
  const scope = useScope()
  const extras = useExtras()
  const gateways = useLive((live) => live.gateways)
  const list = Object.values(gateways).sort((a, b) => byText(a.label, b.label))
  const chosen = gateways[scope]
  const button = (
    <button
      type="button"
      className={css.switch}
      aria-label={`Gateway: ${chosen?.label ?? 'All gateways'}`}
      {...shows('scope.name', scope)}
    >
      <i style={{ background: chosen ? gatewayColour(chosen.colour) : 'var(--dim)' }} />
      <bdi className="name">{chosen?.label ?? 'All gateways'}</bdi>
      <IconChevronDown size={14} aria-hidden />
    </button>
  )
  return extras ? <extras.GatewayMenu target={button} gateways={list} /> : button
}

function ConnectionPill() {
  const { overall: measured, nextAt, cause, sync, gateways } = useRealTimeFeatures()
  const past = useReplay((replay) => replay.on)
  const scope = useScope()
  const overall = useLasting(measured, `${past ? 'then' : 'now'} ${scope}`)
  const wait = useTicking(
    useCallback((now) => (nextAt > now ? ` · next try ${duration(nextAt - now + 999)}` : ''), [nextAt]),
  )
  if (sync.state === 'loading') return <span className={css.pill} aria-hidden />
  if (gateways.length === 0) return null
  if (sync.state === 'stale') {
    return (
      <span className={css.pill} title={sync.cause} {...shows('window.sync')}>
        <Shape of="stale" size={12} label="" />
        Not current
      </span>
    )
  }
  const trying = overall === 'reconnecting' || overall === 'error' || overall === 'partial'
  return (
    <button
      type="button"
      className={css.pill}
      onClick={() => go('connections')}
      title={cause || 'Connections'}
      {...shows('gateway.overall', scope)}
    >
      <Shape of={stateShape(overall)} size={12} label="" />
      {overall === 'reconnecting'
        ? 'Reconnecting…'
        : overall === 'connected' && !past
          ? 'Live'
          : stateWord(overall)}
      {trying ? (
        <span className="num" {...shows('gateway.nextAt', scope)}>
          {wait}
        </span>
      ) : null}
    </button>
  )
}

/** A demo may begin while the page is open: then its gateway says so first. */
function DemoMark() {
  const demo = useStore(
    liveStore,
    (mirror) => mirror.demo || Object.values(mirror.live.gateways).some((one) => one.demo),
  )
  return demo ? <span className={css.demo}>Demo data</span> : null
}

function MuteButton() {
  const extras = useExtras()
  const mute = useLive((live) => live.app.mute)
  const until = mute?.at ?? 0
  const left = useTicking(useCallback((now) => (until > now ? duration(until - now) : ''), [until]))
  const muted = left !== ''
  const frozen = useFrozen()
  const button = (
    <button
      type="button"
      className={`${css.mute} ${muted ? css.muted : ''}`}
      aria-label={muted ? `Muted, ${left} left` : 'Mute notifications'}
      disabled={frozen !== undefined}
      title={frozen}
      {...shows('mute.until')}
    >
      {muted ? <IconBellOff size={16} aria-hidden /> : <IconBell size={16} aria-hidden />}
      {muted ? <span className="num">{left}</span> : null}
    </button>
  )
  return extras ? <extras.MuteMenu target={button} until={muted ? clock(until) : null} /> : button
}
