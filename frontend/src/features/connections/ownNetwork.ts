import type { GatewayInput } from '../../bridge/types'

type OwnNetwork = GatewayInput['network']

/** A gateway without network settings of its own: all of them are inherited. */
export const INHERITED: OwnNetwork = {
  proxy: '',
  caFile: '',
  clientCert: '',
  clientKey: '',
  skipNegotiation: '',
  allowQueryToken: '',
  transports: [],
}

/** The same as a form holds it: choices that say so when they inherit, and no transports at all are none. */
export type OwnNetworkForm = Omit<OwnNetwork, 'transports'> & { transports: string[] | null }

export function toForm(own: OwnNetwork): OwnNetworkForm {
  return {
    ...own,
    skipNegotiation: own.skipNegotiation || 'inherited',
    allowQueryToken: own.allowQueryToken || 'inherited',
    transports: own.transports.length > 0 ? own.transports : null,
  }
}

export function fromForm(form: OwnNetworkForm): OwnNetwork {
  const choice = (text: string) => (text === 'inherited' ? '' : text)
  return {
    proxy: form.proxy.trim(),
    caFile: form.caFile.trim(),
    clientCert: form.clientCert.trim(),
    clientKey: form.clientKey.trim(),
    skipNegotiation: choice(form.skipNegotiation),
    allowQueryToken: choice(form.allowQueryToken),
    transports: form.transports ?? [],
  }
}

/** Whether anything is the gateway's own. */
export function hasOwn(form: OwnNetworkForm): boolean {
  return JSON.stringify(fromForm(form)) !== JSON.stringify(INHERITED)
}

/** What is wrong, by field, as the form checks it. */
export const CHECKS = {
  clientKey: (key: string, all: { network: OwnNetworkForm }) =>
    (key.trim() === '') === (all.network.clientCert.trim() === '')
      ? null
      : 'A client certificate needs both files.',
  transports: (own: string[] | null) => (own?.length === 0 ? 'At least one is needed.' : null),
}
