import { useMemo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { type Banner, type BannerTopics, bannersOf, CARD } from '../features/connections'
import { loadKeyDialogs } from '../features/keys'
import { go } from '../lib/route'
import { useNow } from '../lib/time'
import { useLive, useSync } from '../live/store'
import { SmallButton } from '../ui/controls'
import { shows } from '../ui/Fact'
import { Shape } from '../ui/Shape'
import { Said } from '../ui/text'
import { useLoaded } from '../ui/useLoaded'
import css from './Banners.module.css'

const loadCrash = () => import('./CrashDialog')

/** Never more than this: the rest is on the page of connections. */
const MOST = 3

/** What the reader must know to judge the screen; nothing when all is well. */
export function Banners() {
  const sync = useSync()
  const now = useNow(1000)
  const topics = useLive(
    useShallow(
      (live): BannerTopics => ({
        gateways: live.gateways,
        links: live.links,
        app: live.app,
        monitoredKeys: live.monitoredKeys,
        deliveries: live.deliveries,
      }),
    ),
  )
  const banners = useMemo(() => bannersOf(topics, sync, now), [topics, sync, now])
  if (banners.length === 0) return null
  const more = banners.length - MOST
  return (
    <div className={css.banners}>
      {banners.slice(0, MOST).map((banner) => (
        <Line key={banner.id} banner={banner} />
      ))}
      {more > 0 ? (
        <div className={css.banner}>
          <SmallButton onClick={() => go('connections')} {...shows('banners.more')}>
            {more} more
          </SmallButton>
        </div>
      ) : null}
    </div>
  )
}

function Line({ banner }: { banner: Banner }) {
  return (
    <div className={`${css.banner} ${css[banner.shape] ?? ''}`} role="status">
      <Shape of={banner.shape} />
      <p {...shows('banner', banner.id)}>
        <strong>
          <Said>{banner.title}</Said>
        </strong>{' '}
        <Said>{banner.text}</Said>
      </p>
      <BannerButton banner={banner} />
    </div>
  )
}

function BannerButton({ banner }: { banner: Banner }) {
  switch (banner.action) {
    case 'connections':
      return <SmallButton onClick={() => goToCard(banner.id.replace('gateway:', ''))}>Details</SmallButton>
    case 'keys':
      return (
        <SmallButton onClick={() => go('connections', banner.gateway ?? banner.id.replace('gateway:', ''))}>
          Update key
        </SmallButton>
      )
    case 'settings':
      return <SmallButton onClick={() => go('settings')}>Settings</SmallButton>
    case 'crash':
      return <CrashButton />
    case 'unlock':
      return <KeysButton what="unlock" />
    case 'place':
      return <KeysButton what="place" />
    case 'alerts':
      return <SmallButton onClick={() => go('alerts')}>Alerts</SmallButton>
    case undefined:
      return null
  }
}

/** Shows the card of a gateway, also to somebody who scrolled away from it. */
function goToCard(gateway: string): void {
  go('connections', `${CARD}${gateway}`)
  document.getElementById(`${CARD}${gateway}`)?.scrollIntoView({ block: 'start' })
}

/** Opens the report of a crash. */
function CrashButton() {
  const [open, setOpen] = useState(false)
  const parts = useLoaded(loadCrash, open)
  return (
    <>
      <SmallButton onClick={() => setOpen(true)}>Report…</SmallButton>
      {open && parts ? <parts.CrashDialog onClose={() => setOpen(false)} /> : null}
    </>
  )
}

/** Opens the file of keys, or asks where keys are to be kept. */
function KeysButton({ what }: { what: 'unlock' | 'place' }) {
  const [open, setOpen] = useState(false)
  const parts = useLoaded(loadKeyDialogs, open)
  const Dialog = what === 'unlock' ? parts?.UnlockDialog : parts?.PlaceDialog
  return (
    <>
      <SmallButton onClick={() => setOpen(true)}>{what === 'unlock' ? 'Unlock…' : 'Choose…'}</SmallButton>
      {open && Dialog ? <Dialog onClose={() => setOpen(false)} /> : null}
    </>
  )
}
