import { expect, it } from 'vitest'
import { eventSourceWords } from './labels'

it('does not say that the gateway pushed what Gatewatch saw of its own connections', () => {
  expect(eventSourceWords({ kind: 'link.changed', source: 'hub:model-discovery' })).toBe(
    'seen by Gatewatch (model-discovery)',
  )
  expect(eventSourceWords({ kind: 'spend.recorded', source: 'hub:spend' })).toBe('pushed (spend)')
  expect(eventSourceWords({ kind: 'key.read', source: 'rest:keys' })).toBe('read (keys)')
})
