import { screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { aGateway, aGroup, aKey, usd } from '../../bridge/fixtures'
import type { Group, KeySpend } from '../../bridge/types'
import { aLive, byId, given, renderWith } from '../../test/render'
import { budgetsOf, keySpent, limitOf, payerOf, spentOf, unlimitedWords, usedRatioFor } from './budget'
import { SpendPage } from './SpendPage'

const research = aGroup({
  gateway: 'prod',
  group: '2',
  name: 'Research',
  openingBalance: usd(60),
  balance: usd(14.4),
  unattributed: usd(3),
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
    const unread = aGroup({ gateway: 'prod', group: '3', credits: usd(100), spent: usd(40), usedRatio: 0.4 })
    expect([spentOf(unread), limitOf(unread)]).toEqual([usd(40), usd(100)])
  })

  it('of a key without a limit are its group’s', () => {
    expect([usedRatioFor(live, shared), usedRatioFor(live, own), usedRatioFor(live, alone)]).toEqual([
      0.76, 0.9, -1,
    ])
    expect(payerOf(live, own)).toBeNull()
  })

  it('are none of a key that is gone', () => {
    const gone = { ...shared, status: 'deleted' }
    expect([payerOf(live, gone), usedRatioFor(live, gone)]).toEqual([null, -1])
    expect(unlimitedWords(gone, null)).toBe('no limit any more')
  })
})

describe('what a key spent', () => {
  const counted = { ...shared, totalSince: 1000, total: usd(10) }
  const of = (group: Group) => keySpent(counted, group).spent

  it('is a lower bound where its group was debited for what is of no key that is known', () => {
    const batch = { ...research, partsKnown: true, noKey: usd(8.2), unattributed: usd(8.2) }
    expect(of(batch)).toMatchObject({ status: 'partial', value: usd(10) })
    expect(keySpent(counted, batch).period).toContain(
      '$8.20 of that balance is not attributed to a key, and may be of this one',
    )
    expect(of({ ...batch, noKey: 0 })).toBe(usd(10))
    expect(of({ ...batch, unattributed: 0 })).toBe(usd(10)) // a balance that was read before its calls
  })

  it('that was another group’s is not its group’s', () => {
    expect(keySpent({ ...counted, elsewhere: usd(10) }, research).spent).toBe(0)
  })

  it('says when it came to its group', () => {
    const movedAt = Date.now() - 60_000
    given({ ...live, keys: byId({ ...counted, movedAt }) })
    renderWith(<SpendPage open="prod/4" />)
    expect(screen.getByText(/^It came to this group at/)).toBeTruthy()
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

  it('says of what the gateway did not tell that it is not known', () => {
    const unknown = { status: 'unknown', why: 'The gateway sent null.' }
    const blank: Group = { ...research, balance: unknown, credits: unknown, usedRatio: unknown }
    const vast: KeySpend = { ...alone, limit: { status: 'too_large' }, group: '' }
    const over = aGroup({
      gateway: 'prod',
      group: '3',
      openingBalance: usd(60),
      balance: usd(70),
      usedRatio: 0,
    })
    given(aLive({ ...live, groups: byId(blank, over), keys: byId(shared, vast) }))
    renderWith(<SpendPage open="group:prod/2" />)
    const groups = within(screen.getByRole('table', { name: 'Prepaid balances' }))
    expect(groups.getAllByText('not known')).toHaveLength(2) // the share and what is left
    expect(groups.queryByText('never topped up')).toBeNull()
    expect(groups.getByText('0 %')).toBeTruthy()
    expect(screen.getByText('limit too large to show')).toBeTruthy()
    expect(spentOf(over)).toBe(0)
  })

  it('has no balances where the gateway has none', () => {
    given(aLive({ ...live, groups: {} }))
    renderWith(<SpendPage open="" />)
    expect(screen.queryByRole('table', { name: 'Prepaid balances' })).toBeNull()
  })
})

it('says of a group what it was spent on, all of it', () => {
  const group = aGroup({
    gateway: 'prod',
    group: '2',
    openingBalance: usd(60),
    balance: usd(40),
    partsKnown: true,
    former: [{ key: '8', name: 'moved', spent: usd(4) }],
    adjusted: usd(1),
    noKey: usd(3),
  })
  given({ gateways: byId(aGateway({ id: 'prod' })), groups: byId(group), keys: byId(shared) })
  renderWith(<SpendPage open={`group:${group.id}`} />)
  const said = (fact: string) => document.querySelector(`[data-fact="${fact}"]`)?.textContent
  expect(said('group.former')).toBe('$4.00')
  expect(said('group.adjusted')).toBe('$1.00')
  expect(said('group.noKey')).toBe('$3.00')
  expect(said('group.notDebited')).toBeUndefined()
})
