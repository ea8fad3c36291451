import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { emptyLive, type Live } from '../bridge/types'
import { type Banner, bannersOf } from '../features/connections/conditions'
import { go } from '../lib/route'
import { useNow } from '../lib/time'
import { useLive, useSync } from '../live/store'
import { SmallButton } from '../ui/controls'
import { Shape } from '../ui/Shape'
import css from './Banners.module.css'

/** Never more than this: the rest is on the page of connections. */
const MOST = 3

/** What the reader must know to judge the screen; nothing when all is well. */
export function Banners() {
  const sync = useSync()
  const now = useNow(1000)
  const topics = useLive(
    useShallow(
      (live): Pick<Live, 'gateways' | 'links' | 'app' | 'keys'> => ({
        gateways: live.gateways,
        links: live.links,
        app: live.app,
        keys: live.keys,
      }),
    ),
  )
  const banners = useMemo(() => bannersOf({ ...emptyLive(), ...topics }, sync, now), [topics, sync, now])
  if (banners.length === 0) return null
  const more = banners.length - MOST
  return (
    <div className={css.banners}>
      {banners.slice(0, MOST).map((banner) => (
        <Line key={banner.id} banner={banner} />
      ))}
      {more > 0 ? (
        <div className={css.banner}>
          <SmallButton onClick={() => go('connections')}>{more} more</SmallButton>
        </div>
      ) : null}
    </div>
  )
}

function Line({ banner }: { banner: Banner }) {
  return (
    <div className={`${css.banner} ${css[banner.shape] ?? ''}`} role="status">
      <Shape of={banner.shape} />
      <p>
        <strong>
          <bdi>{banner.title}</bdi>
        </strong>{' '}
        <bdi>{banner.text}</bdi>
      </p>
      <BannerButton banner={banner} />
    </div>
  )
}

function BannerButton({ banner }: { banner: Banner }) {
  switch (banner.action) {
    case 'connections':
      return <SmallButton onClick={() => go('connections')}>Details</SmallButton>
    case 'keys':
      return (
        <SmallButton onClick={() => go('connections', banner.id.replace('gateway:', ''))}>
          Update key
        </SmallButton>
      )
    case 'settings':
      return <SmallButton onClick={() => go('settings')}>Settings</SmallButton>
    case 'alerts':
      return <SmallButton onClick={() => go('alerts')}>Alerts</SmallButton>
    case undefined:
      return null
  }
}
