import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aGateway, aProvider } from '../../bridge/fixtures'
import { aLive, byId, given, renderWith } from '../../test/render'
import { ProvidersPage } from './ProvidersPage'

it('are not counted as well once their gateway is gone, without a word', () => {
  const groq = aProvider({ gateway: 'prod', provider: '3', name: 'groq', updatedAt: Date.now() - 60_000 })
  given(aLive({ gateways: byId(aGateway({ id: 'prod', overall: 'error' })), providers: byId(groq) }))
  renderWith(<ProvidersPage open="" />)
  expect(screen.getByText('1 of 1 healthy, all as last known.')).toBeTruthy()
  expect(screen.getByText('Was healthy')).toBeTruthy()
})
