import { Menu } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { IconBell, IconBellOff, IconChevronDown, IconSearch } from '@tabler/icons-react'
import { useCallback, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { useAct } from '../bridge/act'
import type { OverallState } from '../bridge/types'
import { useRealTimeFeatures } from '../features/connections/useRealTimeFeatures'
import { stateShape, stateWord } from '../features/connections/words'
import { clock, duration } from '../lib/format'
import { go } from '../lib/route'
import { useTicking } from '../lib/time'
import { setScope, useScope } from '../live/scope'
import { liveStore, useLive } from '../live/store'
import { gatewayColour } from '../ui/colours'
import { Shape } from '../ui/Shape'
import css from './TopBar.module.css'

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
  const gateways = useLive((live) => live.gateways)
  const list = Object.values(gateways).sort((a, b) => a.label.localeCompare(b.label))
  const chosen = gateways[scope]
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button
          type="button"
          className={css.switch}
          aria-label={`Gateway: ${chosen?.label ?? 'All gateways'}`}
        >
          <i style={{ background: chosen ? gatewayColour(chosen.colour) : 'var(--dim)' }} />
          <bdi className="name">{chosen?.label ?? 'All gateways'}</bdi>
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => setScope('')}>All gateways</Menu.Item>
        {list.map((gateway) => (
          <Menu.Item
            key={gateway.id}
            leftSection={<i className={css.dot} style={{ background: gatewayColour(gateway.colour) }} />}
            rightSection={gateway.production ? <span className={css.production}>production</span> : null}
            onClick={() => setScope(gateway.id)}
          >
            <bdi>{gateway.label}</bdi>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => go('connections')}>Connections…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function ConnectionPill() {
  const { overall: measured, nextAt, cause, sync, gateways } = useRealTimeFeatures()
  const overall = useLasting(measured)
  const wait = useTicking(
    useCallback((now) => (nextAt > now ? ` next try ${Math.ceil((nextAt - now) / 1000)} s` : ''), [nextAt]),
  )
  if (sync.state === 'loading' || gateways.length === 0) return <span className={css.pill} aria-hidden />
  if (sync.state === 'stale') {
    return (
      <span className={css.pill} title={sync.cause}>
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
    >
      <Shape of={stateShape(overall)} size={12} label="" />
      {overall === 'reconnecting' ? 'Reconnecting…' : overall === 'connected' ? 'Live' : stateWord(overall)}
      {trying ? <span className="num">{wait}</span> : null}
    </button>
  )
}

/** How long a lost connection may be away before the pill says so, ms. */
const LASTING_MS = 2500

/** The state, but "connected" for a moment longer: short losses are no news. */
function useLasting(state: OverallState): OverallState {
  const [said, setSaid] = useState(state)
  useEffect(() => {
    const soon = state !== 'reconnecting' && state !== 'partial'
    const timer = setTimeout(() => setSaid(state), soon ? 0 : LASTING_MS)
    return () => clearTimeout(timer)
  }, [state])
  return said
}

function DemoMark() {
  const demo = useStore(liveStore, (mirror) => mirror.demo)
  return demo ? <span className={css.demo}>Demo data</span> : null
}

const MUTES = [
  ['15 min', 15],
  ['1 hour', 60],
  ['4 hours', 240],
] as const

/** Minutes until nine o'clock tomorrow. */
export function untilMorning(now: Date): number {
  const morning = new Date(now)
  morning.setDate(morning.getDate() + 1)
  morning.setHours(9, 0, 0, 0)
  return Math.round((morning.getTime() - now.getTime()) / 60_000)
}

function MuteButton() {
  const act = useAct()
  const mute = useLive((live) => live.app.mute)
  const until = mute?.at ?? 0
  const left = useTicking(useCallback((now) => (until > now ? duration(until - now) : ''), [until]))
  const muted = mute !== undefined
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button
          type="button"
          className={`${css.mute} ${muted ? css.muted : ''}`}
          aria-label={muted ? (left ? `Muted, ${left} left` : 'Muted') : 'Mute notifications'}
        >
          {muted ? <IconBellOff size={16} aria-hidden /> : <IconBell size={16} aria-hidden />}
          {muted ? <span className="num">{left}</span> : null}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {muted ? (
          <>
            <Menu.Label>{left ? `Muted until ${clock(until)}` : 'Muted'}</Menu.Label>
            <Menu.Item onClick={() => void act((b) => b.Alerts.Unmute())}>Unmute</Menu.Item>
            <Menu.Divider />
          </>
        ) : null}
        <Menu.Label>Mute notifications for</Menu.Label>
        {MUTES.map(([name, minutes]) => (
          <Menu.Item key={minutes} onClick={() => void act((b) => b.Alerts.Mute(minutes, false))}>
            {name}
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => void act((b) => b.Alerts.Mute(untilMorning(new Date()), false))}>
          Until tomorrow 09:00
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void act((b) => b.Alerts.Mute(60, true))}>Warnings only, 1 hour</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
