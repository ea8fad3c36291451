import { act, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { aChange, aGateway, aProvider } from '../../bridge/fixtures'
import type { Live } from '../../bridge/types'
import { setScope } from '../../live/scope'
import { aLive, byId, given, renderWith } from '../../test/render'
import { ProvidersPanel } from './ProvidersPanel'
import { ChangesPanel } from './panels'

const groq = aProvider({
  gateway: 'prod',
  provider: '3',
  name: 'groq',
  latencyMs: 1200,
  updatedAt: Date.now() - 60_000,
})
const live = (overall: string): Live =>
  aLive({ gateways: byId(aGateway({ id: 'prod', overall })), providers: byId(groq) })

describe('the gateway of a provider', () => {
  const two = byId(aGateway({ id: 'prod', label: 'Prod' }), aGateway({ id: 'test', label: 'Test' }))
  const hints = () =>
    [...document.querySelectorAll('[data-fact="gateway.hint"]')].map((one) => one.textContent)

  it('is said where two have one of the same name, and nowhere else', () => {
    given({
      gateways: two,
      providers: byId(
        groq,
        aProvider({ gateway: 'test', provider: '1', name: 'groq' }),
        aProvider({ gateway: 'test', provider: '2', name: 'mistral' }),
      ),
    })
    renderWith(<ProvidersPanel />)
    expect(hints().sort()).toEqual(['Prod', 'Test'])
    act(() => setScope('test'))
    expect(hints()).toEqual([])
    act(() => setScope(''))
  })

  it('is said of every change, where there are several gateways', () => {
    given({ gateways: two, changes: byId(aChange({ id: '1', gateway: 'test', name: 'a' })) })
    renderWith(<ChangesPanel />)
    expect(hints()).toEqual(['Test'])
    given({
      gateways: byId(aGateway({ id: 'test' })),
      changes: byId(aChange({ id: '1', gateway: 'test', name: 'a' })),
    })
    expect(hints()).toEqual([])
  })
})

describe('providers', () => {
  it('are green with their latency while they are seen to be well', () => {
    given(live('connected'))
    renderWith(<ProvidersPanel />)
    expect(screen.getByRole('img', { name: 'Healthy' }).getAttribute('class')).toMatch(/ok/)
    expect(screen.getByText('1.2 s')).toBeTruthy()
  })

  it('are said to have been well, and when, once their gateway is gone', () => {
    given(live('error'))
    renderWith(<ProvidersPanel />)
    expect(screen.getByRole('img', { name: 'Was healthy' }).getAttribute('class')).toMatch(/stale/)
    expect(screen.queryByText('1.2 s')).toBeNull()
    expect(screen.getByText(/1 min ago/)).toBeTruthy()
  })
})
