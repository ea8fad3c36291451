import type { Gateway } from '../../bridge/types'
import type { Condition } from '../../ui/Shape'

/** What stands in the place of a hub where a gateway could not be started with its settings. */
export const NOT_STARTED = 'all'

/** A hub's name, as it is shown. */
export function hubName(hub: string): string {
  return hub === NOT_STARTED ? 'settings' : hub
}

/** A connection's state in a word. */
export function stateWord(state: string): string {
  switch (state) {
    case 'connected':
      return 'Connected'
    case 'connecting':
      return 'Connecting'
    case 'reconnecting':
      return 'Reconnecting'
    case 'partial':
      return 'Partly connected'
    case 'error':
      return 'Needs attention'
    case 'disconnected':
      return 'Disconnected'
    default:
      return 'Not used'
  }
}

/** What nobody is to see to: the gateway does not offer that hub, or it is not needed. '' if it is to be up. */
function unneeded(of: string): string {
  return { unsupported: 'Not offered', idle: 'Not needed' }[of] ?? ''
}

/** A connection in a word: its state, or that it is none to see to. */
export function linkWord(link: { state: string; class: string }): string {
  return unneeded(link.class) || stateWord(link.state)
}

/** A connection as a shape. */
export function linkShape(link: { state: string; class: string }): Condition {
  return unneeded(link.class) ? 'offline' : stateShape(link.state)
}

/** A connection's state as a shape. */
export function stateShape(state: string): Condition {
  switch (state) {
    case 'connected':
      return 'ok'
    case 'connecting':
      return 'busy'
    case 'reconnecting':
    case 'partial':
      return 'warning'
    case 'error':
      return 'critical'
    default:
      return 'offline'
  }
}

/** What sort of cause a connection failed with, in words. */
export function classWords(failureClass: string): string {
  switch (failureClass) {
    case 'network':
      return 'The network does not reach it'
    case 'gateway_down':
      return 'The gateway does not answer'
    case 'auth':
      return 'The key is refused'
    case 'keychain':
      return 'Where its key is kept is locked or cannot be read'
    case 'no_key':
      return 'There is no key'
    case 'forbidden':
      return 'The key has no right to this hub'
    case 'misconfigured':
      return 'The address or a setting is wrong'
    case 'tls':
      return 'The certificate is not trusted'
    case 'no_tls':
      return 'It does not speak TLS at the https address'
    case 'server_closed':
      return 'The gateway closed the connection'
    case 'too_big':
      return 'A message was too large'
    case 'not_sticky':
      return 'The gateway’s nodes forget each other’s connections'
    case 'unsupported':
      return 'This gateway does not offer this hub'
    case 'rate_limited':
      return 'The gateway asks to wait'
    case 'idle':
      return 'Nothing is wanted of it now'
    case 'rejected':
      return 'The gateway rejected the subscription'
    case '':
      return ''
    default:
      return failureClass
  }
}

/** A transport's name for a table. */
export function transportWord(transport: string): string {
  switch (transport) {
    case '':
      return '–'
    case 'ServerSentEvents':
      return 'Server-Sent Events'
    case 'LongPolling':
      return 'Long polling'
    default:
      return transport
  }
}

/**
 * Why not everything is connected: of the first gateway that is not, which is
 * named where there are several, and by its half where that is one. "" if all is.
 */
export function causeOf(gateways: readonly Pick<Gateway, 'label' | 'core' | 'admin' | 'cause'>[]): string {
  const failing = gateways.find((gateway) => gateway.cause !== '')
  if (!failing) return ''
  const { label, core, admin, cause } = failing
  const ill = (half: string) => half !== '' && half !== 'connected'
  const half = ill(core) === ill(admin) || /^(Core|Admin)\b/.test(cause) ? '' : ill(core) ? 'Core' : 'Admin'
  const where = [gateways.length > 1 ? label : '', half].filter(Boolean).join(', ')
  return where ? `${where}: ${cause}` : cause
}
