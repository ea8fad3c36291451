import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it } from 'vitest'
import { worldOf } from '../../bridge/fakeWorld'
import { aGateway, aKey, aLink } from '../../bridge/fixtures'
import type { TopicDelivery } from '../../bridge/types'
import { staleness } from '../../live/staleness'
import { aLive, byId, openWindow } from '../../test/render'
import { notesOf } from './DeliveryNote'
import { componentLabel, componentShape, deliveryLabel, deliveryShape, lastHeard } from './deliveryLabels'

let stop = () => {}
afterEach(() => stop())

async function open(...of: Parameters<typeof openWindow>) {
  const opened = await openWindow(...of)
  stop = opened.stop
  return { user: userEvent.setup(), ...opened }
}

function aCoverage(of: Partial<TopicDelivery> & { topic: string }): TopicDelivery {
  const gateway = of.gateway ?? 'prod'
  return {
    id: `${gateway}/${of.topic}`,
    gateway,
    delivery: 'polled',
    intervalMs: 60_000,
    sources: [],
    reason: '',
    partly: false,
    since: 0,
    ...of,
  }
}

const noMaster = 'No master key: the Admin API is not asked. This gateway does not push provider changes.'

describe('the health checks of a gateway', () => {
  it('name each part, how it is, and why', async () => {
    await open(worldOf('busy', Date.now()), '/connections')
    const card = within(await screen.findByRole('region', { name: 'prod' }))
    const checks = within(card.getByRole('list', { name: 'Parts of the gateway' }))
    const texts = checks.getAllByRole('listitem').map((item) => item.textContent ?? '')
    expect(texts.map((text) => text.replace(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/^Core Impaired since .*New connections hang while Redis does not answer\.$/),
      expect.stringMatching(/^Admin Works known since .*Seen/),
      expect.stringMatching(/^Database Works/),
      expect.stringMatching(/^Redis Down since .*the list of failures is not answered/),
      expect.stringMatching(/^Event bus Works/),
    ])
    const other = within(screen.getByRole('region', { name: 'staging' }))
    expect(other.getAllByText('Not known')).toHaveLength(2)
  })

  it('differ in shape and word, not only in colour', () => {
    const all = ['healthy', 'degraded', 'unhealthy', 'unknown']
    expect(new Set(all.map(componentShape)).size).toBe(4)
    expect(new Set(all.map(componentLabel)).size).toBe(4)
    const deliveries = ['pushed', 'polled', 'none', 'forbidden']
    expect(new Set(deliveries.map(deliveryShape)).size).toBe(4)
    expect(
      new Set(deliveries.map((delivery) => deliveryLabel({ delivery, intervalMs: 30_000, reason: '' }))).size,
    ).toBe(4)
  })
})

describe('the coverage matrix', () => {
  it('is a table of topics by gateways whose cells open their reason', async () => {
    const { user } = await open(worldOf('calm', Date.now()), '/connections')
    const table = within(await screen.findByRole('table', { name: /How each topic/ }))
    expect(table.getAllByRole('columnheader').map((head) => head.textContent)).toEqual([
      'Topic',
      'prod',
      'staging',
    ])
    const row = within(table.getByRole('row', { name: /^Providers/ }))
    const [prod, staging] = row.getAllByRole('button')
    if (!prod || !staging) throw new Error('no cells')
    expect(prod.textContent).toBe('Every 30 s')
    expect(staging.textContent).toBe('No permission')
    prod.focus()
    await user.keyboard('{Enter}')
    expect(prod.getAttribute('aria-expanded')).toBe('true')
    const reason = document.getElementById(prod.getAttribute('aria-controls') ?? '')
    expect(reason?.textContent).toMatch(
      /does not push provider changes; checked every 30 s\. list providers: read/,
    )
    await user.click(prod)
    expect(prod.getAttribute('aria-expanded')).toBe('false')
    expect(table.queryByText(/list providers: read/)).toBeNull()
  })

  it('says what was heard last of each source', () => {
    const live = aLive({
      links: byId(aLink({ gateway: 'prod', hub: 'spend', plane: 'core', lastEventAt: 97_000 })),
    })
    const of = aCoverage({ topic: 'spend', sources: ['hub:spend', 'rest:logs'] })
    expect(lastHeard(live, of, 100_000)).toBe('hub spend: last event 3 s ago, list logs: not read yet')
  })
})

describe('what a page cannot show', () => {
  it('is texts where it is missing, with what is seen instead', () => {
    const live = aLive({
      gateways: byId(aGateway({ id: 'prod' })),
      keys: byId(aKey({ gateway: 'prod', key: '7', name: 'billing' })),
      deliveries: byId(
        aCoverage({ topic: 'health', delivery: 'forbidden', reason: noMaster }),
        aCoverage({
          topic: 'providers',
          reason: 'This gateway does not push provider changes; checked every 60 s.',
        }),
        aCoverage({ topic: 'errors', reason: 'not the main matter' }),
        aCoverage({ topic: 'spend', delivery: 'forbidden', reason: 'another page' }),
      ),
    })
    expect(notesOf(live, '', ['providers', 'health', 'errors'])).toEqual([
      'forbidden\nProvider health needs admin read access. What you see is limited to key “billing”.',
      'polled\nThis gateway does not push provider changes; checked every 60 s.',
    ])
    expect(notesOf(live, 'staging', ['providers', 'health'])).toEqual([])
  })

  it('names the gateway where there are several', async () => {
    await open(worldOf('calm', Date.now()), '/providers')
    const notes = within(await screen.findByRole('list', { name: 'What can be seen here' }))
    expect(
      notes.getByText(
        /^staging: Providers, provider health and provider failures need admin read access\. What you see is limited to key “ci”\.$/,
      ),
    ).toBeTruthy()
    expect(
      notes.getByText(/^prod: This gateway does not push provider changes; checked every 30 s\.$/),
    ).toBeTruthy()
  })
})

describe('the age of a value', () => {
  const now = 1_000_000
  const value = { gateway: 'prod', source: 'rest:keys', updatedAt: now - 600_000 }
  const source = { ...sourceOf(now - 20_000), staleAfterMs: 180_000 }

  function sourceOf(answeredAt: number) {
    return {
      id: 'prod/rest:keys',
      gateway: 'prod',
      source: 'rest:keys',
      outcome: 'good',
      since: 0,
      cause: '',
      polledAt: answeredAt,
      succeededAt: answeredAt,
      times: 1,
      previousSuccessAt: 0,
      intervalMs: 60_000,
      staleAfterMs: 180_000,
      latencyMs: 1,
    }
  }

  it('is that of the last good read of its list', () => {
    expect(staleness(aLive({ pollTargets: byId(source) }), value, now)).toEqual({
      at: now - 20_000,
      stale: false,
    })
  })

  it('is stale three intervals after it', () => {
    const live = aLive({ pollTargets: byId(sourceOf(now - 180_001)) })
    expect(staleness(live, value, now)).toEqual({ at: now - 180_001, stale: true })
  })

  it('of what is pushed hangs on its hub', () => {
    const pushed = { ...value, source: 'hub:spend' }
    const link = (state: string, lostAt: number) =>
      aLive({ links: byId(aLink({ gateway: 'prod', hub: 'spend', plane: 'core', state, lostAt })) })
    expect(staleness(link('connected', 1), pushed, now).stale).toBe(false)
    expect(staleness(link('reconnecting', now - 89_000), pushed, now).stale).toBe(false)
    expect(staleness(link('reconnecting', now - 91_000), pushed, now).stale).toBe(true)
  })
})
