import { createContext, type ReactNode, useContext } from 'react'
import type { Bridge } from './bridge'

const BridgeContext = createContext<Bridge | null>(null)

/** Gives the door to everything below. It never changes while the page lives. */
export function BridgeProvider({ bridge, children }: { bridge: Bridge; children: ReactNode }) {
  return <BridgeContext value={bridge}>{children}</BridgeContext>
}

/** The door to the Go side. */
export function useBridge(): Bridge {
  const bridge = useContext(BridgeContext)
  if (!bridge) throw new Error('useBridge needs a BridgeProvider above it')
  return bridge
}
