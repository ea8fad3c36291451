import { expect, it } from 'vitest'
import { deliveryLabel } from './deliveryLabels'
import { causeOf } from './labels'

it('why not everything is connected names the gateway among several, and its half', () => {
  const prod = { label: 'prod', core: 'connected', admin: 'error', cause: 'Nobody listens.' }
  const calm = { label: 'staging', core: 'connected', admin: '', cause: '' }
  expect(causeOf([calm, prod])).toBe('prod, Admin: Nobody listens.')
  expect(causeOf([prod])).toBe('Admin: Nobody listens.')
  expect(causeOf([{ ...prod, core: 'error' }, calm])).toBe('prod: Nobody listens.')
  expect(causeOf([{ ...prod, cause: 'Admin: gone.' }])).toBe('Admin: gone.')
  expect(causeOf([calm])).toBe('')
})

it('a hub that a gateway does not have is another thing than one that cannot be reached', () => {
  const of = (reason: string) => deliveryLabel({ delivery: 'none', intervalMs: 0, reason })
  expect(of('This gateway has no such hub.')).toBe('Not offered')
  expect(of('It is not connected. Nobody listens.')).toBe('Not available')
})
