import { expect, it } from 'vitest'
import { aChange, aKey } from '../../bridge/fixtures'
import { aLive, byId } from '../../test/render'
import { nameOfChanged, toldValue } from './labels'

const bare = aChange({ id: '1', gateway: 'prod', entity: 'virtual_key', subject: '9', name: '9', at: 1 })

it('something is called by the best name that is known of it, also once it is deleted', () => {
  expect(nameOfChanged(aLive({ changes: byId(bare) }), bare)).toBe('9')
  const key = aKey({ gateway: 'prod', key: '9', name: 'prototype' })
  expect(nameOfChanged(aLive({ changes: byId(bare), keys: byId(key) }), bare)).toBe('prototype')
  const gone = { ...bare, id: '2', name: 'old-prototype', at: 2, action: 'deleted' }
  expect(nameOfChanged(aLive({ changes: byId(bare, gone) }), bare)).toBe('old-prototype')
  const others = { ...gone, gateway: 'staging' }
  expect(nameOfChanged(aLive({ changes: byId(bare, others) }), bare)).toBe('9')
})

it('a value that is told as a detail is one, and nothing else is', () => {
  const of = (...details: string[]) => toldValue({ ...bare, old: '', new: '', details })
  expect(of('IsEnabled: False')).toEqual({ field: 'IsEnabled', value: 'false' })
  expect(of('priority', 'isEnabled')).toBeNull()
  expect(of('its name')).toBeNull()
  expect(of()).toBeNull()
})
