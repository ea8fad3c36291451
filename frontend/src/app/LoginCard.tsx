import { useQueryClient } from '@tanstack/react-query'
import { useAct } from '../bridge/act'
import { queryKeys, useAsksAboutLogin } from '../bridge/queries'
import { useLive } from '../live/store'
import { SmallButton } from '../ui/controls'
import css from './Banners.module.css'

/** Asks once, when the first gateway is connected, whether Gatewatch starts at login. */
export function LoginCard() {
  const connected = useLive((live) =>
    Object.values(live.gateways).some((one) => !one.demo && one.overall === 'connected'),
  )
  const asks = useAsksAboutLogin(connected)
  const act = useAct()
  const client = useQueryClient()
  if (!connected || !asks.data) return null
  const answer = (said: 'yes' | 'no' | 'later') =>
    void act((bridge) => bridge.Settings.AnswerLogin(said)).then(() =>
      client.invalidateQueries({ queryKey: queryKeys.settings }),
    )
  return (
    <section className={css.banner} aria-label="Start at login">
      <p>
        <strong>Start Gatewatch when you log in?</strong> It would start in the tray and watch from then on.
        You can change it in Settings, Window.
      </p>
      <SmallButton onClick={() => answer('yes')}>Start at login</SmallButton>
      <SmallButton onClick={() => answer('no')}>No</SmallButton>
      <SmallButton onClick={() => answer('later')}>Ask later</SmallButton>
    </section>
  )
}
