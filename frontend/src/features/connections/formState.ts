import type { GatewayProfile } from '../../bridge/types'
import { useDraft } from '../../lib/drafts'
import { useLive } from '../../live/store'
import { COLOUR_NAMES } from '../../ui/colours'
import { titleOf } from './keyLabels'
import type { toForm } from './ownNetwork'
import type { Webhook } from './WebhooksField'

/** What the form has of a gateway. */
type Values = Pick<GatewayProfile, 'label' | 'coreUrl' | 'adminUrl' | 'colour' | 'production'> & {
  virtualKey: string
  masterKey: string
  inTheOpen: boolean
  webhooks: Webhook[]
  network: ReturnType<typeof toForm>
}

/** What was typed of a new gateway when its form was closed by the way. */
export function useGatewayDraft() {
  return useDraft<Values>('gateway')
}

/** What the only virtual key of a profile is called; "" if there is none or more. */
export function useNameOfOnlyKey(profile: GatewayProfile | null): string {
  const [key, ...more] = profile?.keys ?? []
  const told = useLive((live) => live.monitoredKeys[`${profile?.id}/${key?.id}`]?.name ?? '')
  return key && more.length === 0 ? titleOf(key, told) : ''
}

/** A colour that no gateway has, for one that is added; the first if all are taken. */
export function useFreshColour(): string {
  return useLive((live) => {
    const taken = Object.values(live.gateways).map((gateway) => gateway.colour || 'blue')
    return COLOUR_NAMES.find((name) => !taken.includes(name)) ?? 'blue'
  })
}
