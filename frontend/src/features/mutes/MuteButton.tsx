import { useState } from 'react'
import type { MuteScope } from '../../bridge/types'
import { useFrozen } from '../../live/replay'
import { SmallButton } from '../../ui/controls'
import { useLoaded } from '../../ui/useLoaded'

/** The dialog comes when it is first opened. */
export const loadMutes = () => import('./MutesDialog')

/** Opens what mutes a thing, or plans maintenance of it. */
export function MuteButton({ scope }: { scope: MuteScope }) {
  const [open, setOpen] = useState(false)
  const parts = useLoaded(loadMutes, open)
  return (
    <>
      <SmallButton why={useFrozen()} onClick={() => setOpen(true)}>
        Mute…
      </SmallButton>
      {open && parts ? <parts.MutesDialog scope={scope} onClose={() => setOpen(false)} /> : null}
    </>
  )
}
