import { fireEvent, screen } from '@testing-library/react'
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

it('are counted in one way: not healthy is what fails, and of the rest nothing is said', () => {
  const each = ['healthy', 'unhealthy', 'degraded', 'unknown', 'disabled'].map((health, i) =>
    aProvider({
      gateway: 'prod',
      provider: `${i}`,
      name: `the ${health} one`,
      health,
      updatedAt: Date.now(),
    }),
  )
  given(aLive({ gateways: byId(aGateway({ id: 'prod' })), providers: byId(...each) }))
  renderWith(<ProvidersPage open="" />)
  expect(screen.getByText('1 of 5 healthy, 2 not healthy, 1 disabled, 1 unknown.')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Not healthy 2' }))
  expect(screen.getByText('the degraded one')).toBeTruthy()
  expect(screen.queryByText('the unknown one')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Unknown 1' }))
  expect(screen.getByText('the unknown one')).toBeTruthy()
})
