import { Button } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import css from './connections.module.css'
import { FirstSteps } from './FirstSteps'
import { INHERITED } from './ownNetwork'

/** What is seen before anything is set up. */
export function FirstRun(_: { open: string }) {
  const act = useAct()
  const [connecting, setConnecting] = useState(false)
  const demo = () =>
    act(async (bridge) => {
      const input = {
        id: '',
        label: 'Demo',
        colour: 'violet',
        production: false,
        coreUrl: '',
        adminUrl: '',
        enabled: true,
        demo: true,
        webhooks: [],
        network: INHERITED,
      }
      const profile = await bridge.Gateways.Save(input, '', '')
      await bridge.Gateways.Connect(profile.id)
    })
  return (
    <div className={css.first}>
      <div className={css.firstBox}>
        <img src="./icon.svg" alt="" width={56} height={56} />
        <h1>No gateway yet.</h1>
        <p>Connect one, or look around with demo data.</p>
        <div className={css.firstButtons}>
          <Button size="sm" onClick={() => setConnecting(true)}>
            Connect
          </Button>
          <Button size="sm" variant="default" onClick={() => void demo()}>
            Demo
          </Button>
        </div>
      </div>
      {connecting ? <FirstSteps onClose={() => setConnecting(false)} /> : null}
    </div>
  )
}
