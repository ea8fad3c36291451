import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aGateway, aKey, usd } from '../../bridge/fixtures'
import { byId, given, renderWith } from '../../test/render'
import { SpendPage } from './SpendPage'

it('says what nobody paid for, where the audit was read', () => {
  given({
    gateways: byId(aGateway({ id: 'prod', calls: 200, uncharged: 30 }), aGateway({ id: 'other' })),
  })
  renderWith(<SpendPage open="" />)
  expect(screen.getByText(/15 % of 200 calls in the last hour were not charged/)).toBeTruthy()
})

it('says of a total that it is a sum of the log, and what failed', () => {
  const key = aKey({
    gateway: 'prod',
    key: '1',
    total: usd(3),
    totalSince: Date.UTC(2026, 10, 22, 22),
    hourRequests: 40,
    hourFailed: 10,
  })
  given({ gateways: byId(aGateway({ id: 'prod' })), keys: byId(key) })
  renderWith(<SpendPage open={key.id} />)
  expect(screen.queryByText(/not charged/)).toBeNull()
  expect(
    screen.getByText(
      /Summed since .*: its calls in the request log, and what its group was debited for it at once\./,
    ),
  ).toBeTruthy()
  expect(screen.getByText('10 of 40 (25 %)')).toBeTruthy()
})
