import type { Services } from './bridge'
import { BridgeError } from './errors'
import { aGateway } from './fixtures'
import type { Delta, GatewayProfile, Live } from './types'

/** Gateways that connect as soon as they are told to, with the profiles of those that are live. */
export function fakeGateways(live: () => Live, push: (delta: Delta) => void): Services['Gateways'] {
  const profiles = new Map<string, GatewayProfile>()
  for (const gateway of Object.values(live().gateways)) {
    profiles.set(gateway.id, {
      id: gateway.id,
      label: gateway.label,
      colour: gateway.colour,
      production: gateway.production,
      coreUrl: `https://${gateway.id}.gateway.example.com`,
      adminUrl: `https://${gateway.id}-admin.gateway.example.com`,
      hasVirtualKey: true,
      hasMasterKey: gateway.production,
      enabled: true,
      demo: false,
      environmentKeys: 0,
      masterKeyStoredIn: gateway.production ? 'keychain' : '',
      keys: [{ id: '1', label: '', key: '', name: '', paused: false, storedIn: 'keychain' }],
      webhooks: [],
      network: {
        proxy: '',
        caFile: '',
        clientCert: '',
        clientKey: '',
        skipNegotiation: '',
        allowQueryToken: '',
        transports: [],
      },
    })
  }
  const to = (id: string, state: string) => {
    const profile = profiles.get(id)
    if (!profile) throw new BridgeError('usage', 'There is no such gateway.')
    const gateway =
      live().gateways[id] ??
      aGateway({ id, label: profile.label, colour: profile.colour, demo: profile.demo })
    const links = Object.values(live().links).filter((link) => link.gateway === id)
    push({
      gateways: { [id]: { ...gateway, core: state, admin: state, overall: state, cause: '', nextAt: 0 } },
      links: Object.fromEntries(
        links.map((link) => [
          link.id,
          { ...link, state, class: '', cause: '', nextAt: 0, since: Date.now() },
        ]),
      ),
    })
  }
  return {
    List: async () => [...profiles.values()],
    Save: async (input, virtualKey, masterKey) => {
      const id = input.id || input.label.toLowerCase().replace(/[^a-z0-9]+/g, '-')
      const before = profiles.get(id)
      const profile = {
        ...input,
        id,
        hasVirtualKey: (before?.hasVirtualKey ?? false) || virtualKey !== '',
        hasMasterKey: (before?.hasMasterKey ?? false) || masterKey !== '',
        masterKeyStoredIn: masterKey ? 'keychain' : (before?.masterKeyStoredIn ?? ''),
        environmentKeys: before?.environmentKeys ?? 0,
        keys: before?.keys ?? [],
      }
      profiles.set(id, profile)
      return profile
    },
    Delete: async (id) => {
      profiles.delete(id)
      push({ gateways: { [id]: null } })
    },
    ...fakeKeys(profiles),
    ForgetKeys: async (id) => {
      const profile = profiles.get(id)
      if (profile) {
        const keys = profile.keys.map((key) => ({ ...key, storedIn: '' }))
        profiles.set(id, {
          ...profile,
          hasVirtualKey: false,
          hasMasterKey: false,
          masterKeyStoredIn: '',
          keys,
        })
      }
      to(id, 'disconnected')
    },
    Connect: async (id) => to(id, 'connected'),
    Disconnect: async (id) => to(id, 'disconnected'),
    Reconnect: async (id) => to(id, 'connected'),
    Refresh: async () => {},
    Report: async (id) => reportOf(id),
    Certificates: async (id) => [
      {
        address: `https://${id}.gateway.example.com`,
        trouble: '',
        text: '',
        subject: 'CN=gateway',
        names: [`${id}.gateway.example.com`],
        issuer: 'CN=Example CA',
        from: 0,
        to: 0,
        authority: '',
        fingerprint: '',
      },
    ],
    TrustAuthority: async () => {},
    Probe: async (id) => [
      { section: `${id}, Core API`, title: 'address', result: 'ok', text: 'It is there.', do: '' },
      {
        section: `${id}, Core API`,
        title: 'TLS',
        result: 'warning',
        text: 'The certificate expires in 10 days.',
        do: 'Have it renewed.',
      },
    ],
    FollowTask: async () => {},
  }
}

/** What a look at a gateway would say. */
function reportOf(id: string): string {
  return [
    'gatewatch doctor, version 0.0.0 on linux/amd64, 2026-11-28 18:00:00 UTC',
    '',
    `${id}, Core API`,
    `  ok        address             https://${id}.gateway.example.com`,
    '  WARNING   TLS                 The certificate of "CN=gateway" expires in 10 days, on 2026-12-08.',
    '                              → Have it renewed before then.',
    '',
    '0 critical, 1 warning, 0 remarks, 1 fine, 0 skipped; in 2.1 s. Exit status 10.',
    '',
  ].join('\n')
}

type KeyDeeds = Pick<Services['Gateways'], 'AddKey' | 'ReplaceKey' | 'LabelKey' | 'PauseKey' | 'RemoveKey'>

function fakeKeys(profiles: Map<string, GatewayProfile>): KeyDeeds {
  const edit = (id: string, change: (keys: GatewayProfile['keys']) => GatewayProfile['keys']) => {
    const profile = profiles.get(id)
    if (!profile) throw new BridgeError('usage', 'There is no such gateway.')
    const keys = change(profile.keys)
    profiles.set(id, { ...profile, keys, hasVirtualKey: keys.some((key) => key.storedIn !== '') })
  }
  const one = (id: string, keyId: string, to: Partial<GatewayProfile['keys'][number]>) =>
    edit(id, (keys) => keys.map((key) => (key.id === keyId ? { ...key, ...to } : key)))
  return {
    AddKey: async (id, label) => {
      const keys = profiles.get(id)?.keys ?? []
      let next = 1
      while (keys.some((key) => key.id === String(next))) next++
      const made = { id: String(next), label, key: '', name: '', paused: false, storedIn: 'keychain' }
      edit(id, (all) => [...all, made])
      return made.id
    },
    ReplaceKey: async (id, keyId) => one(id, keyId, { storedIn: 'keychain', key: '', name: '' }),
    LabelKey: async (id, keyId, label) => one(id, keyId, { label }),
    PauseKey: async (id, keyId, paused) => one(id, keyId, { paused }),
    RemoveKey: async (id, keyId) => edit(id, (keys) => keys.filter((key) => key.id !== keyId)),
  }
}
