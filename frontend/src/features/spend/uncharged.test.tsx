import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aGateway, aGroup, aKey, usd } from '../../bridge/fixtures'
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

it('sets beside what a group used since its top-up what its key spent since then', () => {
  const group = aGroup({
    gateway: 'prod',
    group: '7',
    name: 'Research',
    periodId: 'credit:2',
    balance: usd(60),
    openingBalance: usd(100),
    usedRatio: 0.4,
  })
  const key = aKey({
    gateway: 'prod',
    key: '1',
    group: '7',
    limit: { status: 'not_offered' },
    total: usd(12),
    elsewhere: usd(2),
    totalSince: Date.UTC(2026, 10, 22, 22),
  })
  const old = aKey({ gateway: 'prod', key: '2', group: '7', limit: { status: 'none' }, total: usd(900) })
  given({ gateways: byId(aGateway({ id: 'prod' })), groups: byId(group), keys: byId(key, old) })
  renderWith(<SpendPage open={key.id} />)
  expect(screen.getAllByText('$10.00').length).toBe(2) // its row and its panel
  expect(screen.queryByText('$12.00')).toBeNull()
  expect(screen.getByText(/^Spent since .*, as the balance of Research is counted\.$/)).toBeTruthy()
  expect(screen.getByText('no limit of its own')).toBeTruthy() // beside the group that pays for it
  expect(screen.getByTitle('Spent in all, not only since the newest top-up of its group')).toBeTruthy()
  expect(screen.getByText('in all')).toBeTruthy()
})

it('lists every key by its limit: also those of which no limit is known', () => {
  const limited = aKey({ gateway: 'prod', key: '1', name: 'one', limit: usd(5) })
  const unclear = aKey({ gateway: 'prod', key: '2', name: 'two', limit: { status: 'unknown', why: '' } })
  const free = aKey({ gateway: 'prod', key: '3', name: 'three', limit: { status: 'none', why: '' } })
  given({ gateways: byId(aGateway({ id: 'prod' })), keys: byId(limited, unclear, free) })
  renderWith(<SpendPage open="" />)
  const counts = ['With a limit', 'Without', 'Not known'].map((name) =>
    screen.getByRole('button', { name: `${name} 1` }),
  )
  expect(counts.length).toBe(3)
})
