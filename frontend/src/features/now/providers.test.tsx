import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { aGateway, aProvider } from '../../bridge/fixtures'
import type { Live } from '../../bridge/types'
import { aLive, byId, given, renderWith } from '../../test/render'
import { ProvidersPanel } from './ProvidersPanel'

const groq = aProvider({
  gateway: 'prod',
  provider: '3',
  name: 'groq',
  latencyMs: 1200,
  updatedAt: Date.now() - 60_000,
})
const live = (overall: string): Live =>
  aLive({ gateways: byId(aGateway({ id: 'prod', overall })), providers: byId(groq) })

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
