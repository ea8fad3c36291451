import { act, screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { aGateway, aKey, aProvider, usd } from '../../bridge/fixtures'
import { known } from '../../lib/reading'
import { merge } from '../../live/merge'
import { liveStore } from '../../live/store'
import { byId, given, renderWith } from '../../test/render'
import { SpendPage } from './SpendPage'

/** How often each key's row rendered, by the label of its bar. */
const drawn = vi.hoisted(() => new Map<string, number>())
vi.mock('../../ui/Bullet', async (original) => {
  const real = await original<typeof import('../../ui/Bullet')>()
  return {
    ...real,
    Bullet: (props: Parameters<typeof real.Bullet>[0]) => {
      drawn.set(props.label, (drawn.get(props.label) ?? 0) + 1)
      return real.Bullet(props)
    },
  }
})

const KEYS = Array.from({ length: 500 }, (_, i) =>
  aKey({
    gateway: 'prod',
    key: String(i),
    name: `key-${i}`,
    total: usd(100 - i / 10),
    limit: usd(200),
    updatedAt: 1,
  }),
)
const label = (i: number) => `key-${i}, budget used`

describe('rows of keys', () => {
  beforeEach(() => {
    given({ gateways: byId(aGateway({ id: 'prod' })), keys: byId(...KEYS) })
    renderWith(<SpendPage open="" />)
    drawn.clear()
  })

  it('exist only as far as they are in view', () => {
    const table = screen.getByRole('table', { name: 'Virtual keys' })
    expect(table.getAttribute('aria-rowcount')).toBe('501')
    const rows = within(table).getAllByRole('row').length
    expect(rows).toBeGreaterThan(20)
    expect(rows).toBeLessThan(60)
  })

  it('say how many of them are deleted', () => {
    expect(screen.getByText('500 keys')).toBeTruthy()
    const [first] = KEYS
    if (!first) throw new Error('no key')
    given({ gateways: byId(aGateway({ id: 'prod' })), keys: byId(...KEYS, { ...first, status: 'deleted' }) })
    expect(screen.getByText('500 keys, 1 of them deleted')).toBeTruthy()
  })

  it('render when their own key changes, and no other does', () => {
    const key = KEYS[3]
    if (!key) throw new Error('no key')
    act(() =>
      liveStore.setState((mirror) => ({
        live: merge(mirror.live, {
          keys: { [key.id]: { ...key, total: (known(key.total) ?? 0) + usd(0.001), updatedAt: 2 } },
        }),
      })),
    )
    expect([...drawn]).toEqual([[label(3), 1]])
  })

  it('do not render when something else changes', () => {
    act(() =>
      liveStore.setState((mirror) => ({
        live: merge(mirror.live, { providers: byId(aProvider({ gateway: 'prod', provider: '1' })) }),
      })),
    )
    expect([...drawn]).toEqual([])
  })

  it('do not render when others change places', () => {
    const first = KEYS[0]
    if (!first) throw new Error('no key')
    act(() =>
      liveStore.setState((mirror) => ({
        live: merge(mirror.live, { keys: { [first.id]: { ...first, total: usd(50), usedRatio: 0.25 } } }),
      })),
    )
    // The first went far down; those that moved up by one place did not render again,
    // but the one that came into view did, for the first time.
    expect([...drawn.keys()].filter((name) => name !== label(0)).length).toBeLessThanOrEqual(1)
  })
})
