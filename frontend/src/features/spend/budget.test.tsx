import { screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { aGateway, aGroup, aKey, usd } from '../../bridge/things'
import { aLive, byId, given, renderWith } from '../../test/render'
import { BudgetsPanel } from '../now/BudgetsPanel'
import { sentenceOf } from '../now/sentence'
import { budgetsOf, limitOf, payerOf, spentOf, usedFor } from './budget'
import { SpendPage } from './SpendPage'

const research = aGroup({
  gateway: 'prod',
  group: '2',
  name: 'Research',
  base: usd(60),
  balance: usd(14.4),
  other: usd(3),
  keyCount: 2,
})
const empty = aGroup({ gateway: 'prod', group: '9' })
const shared = aKey({ gateway: 'prod', key: '4', name: 'batch', group: '2', total: usd(12) })
const own = aKey({ gateway: 'prod', key: '5', name: 'own', group: '2', total: usd(9), limit: usd(10) })
const alone = aKey({ gateway: 'prod', key: '6', name: 'alone' })
const live = aLive({
  gateways: byId(aGateway({ id: 'prod', overall: 'connected', lastEventAt: 1 })),
  groups: byId(research, empty),
  keys: byId(shared, own, alone),
})

describe('budgets', () => {
  it('are those of keys and of groups, the most used first, and none without money', () => {
    expect(budgetsOf(live, '').map((b) => [b.open, b.used, b.spent, b.limit])).toEqual([
      ['prod/5', 0.9, usd(9), usd(10)],
      ['group:prod/2', 0.76, usd(45.6), usd(60)],
    ])
    expect(budgetsOf(live, 'staging')).toEqual([])
  })

  it('of a group whose transactions were not read are of all that was ever paid in', () => {
    const unread = aGroup({ gateway: 'prod', group: '3', credits: usd(100), spent: usd(40), used: 0.4 })
    expect([spentOf(unread), limitOf(unread)]).toEqual([usd(40), usd(100)])
  })

  it('of a key without a limit are its group’s', () => {
    expect([usedFor(live, shared), usedFor(live, own), usedFor(live, alone)]).toEqual([0.76, 0.9, -1])
    expect(payerOf(live, own)).toBeNull()
  })

  it('are part of the first sentence', () => {
    expect(sentenceOf(live, '', 2).rest).toContain('tightest budget 90 %')
  })

  it('show on the first page', () => {
    given(live)
    renderWith(<BudgetsPanel />)
    expect(screen.getByRole('meter', { name: 'Research, budget used' }).getAttribute('aria-valuetext')).toBe(
      '76 % used',
    )
    expect(screen.queryByText('No limits set on the gateway.')).toBeNull()
  })
})

describe('the page of spend', () => {
  it('shows balances, and for a key the one that pays for it', () => {
    given(live)
    renderWith(<SpendPage open="" />)
    const groups = within(screen.getByRole('table', { name: 'Prepaid balances' }))
    expect(groups.getByText('Research')).toBeTruthy()
    expect(groups.getByText('never topped up')).toBeTruthy()
    expect(screen.getByRole('meter', { name: 'batch, balance of Research used' })).toBeTruthy()
    expect(screen.getByText(/2 budgets above a threshold, 1 critical/)).toBeTruthy()
  })

  it('opens a group with what no logged request explains', () => {
    given(live)
    renderWith(<SpendPage open="group:prod/2" />)
    const side = within(screen.getByRole('complementary', { name: 'Key group Research' }))
    expect(side.getByText('of $60 · 76 % used')).toBeTruthy()
    expect(side.getByText('Not in the request log')).toBeTruthy()
    expect(side.getByText('batch')).toBeTruthy()
  })

  it('has no balances where the gateway has none', () => {
    given(aLive({ ...live, groups: {} }))
    renderWith(<SpendPage open="" />)
    expect(screen.queryByRole('table', { name: 'Prepaid balances' })).toBeNull()
  })
})
