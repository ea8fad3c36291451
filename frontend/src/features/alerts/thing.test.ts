import { expect, it } from 'vitest'
import { aChange, aKey, anAlert } from '../../bridge/fixtures'
import { aLive, byId } from '../../test/render'
import { aboutOf } from './thing'

const live = aLive({
  keys: byId(aKey({ gateway: 'prod', key: '2', name: 'research-batch' })),
  changes: byId(
    aChange({ id: '9', gateway: 'prod', entity: 'model_cost', subject: '1', name: 'chat-default price' }),
  ),
})

it.each([
  ['virtual_key', '2', 'virtual key', 'research-batch'],
  ['model_cost', '1', 'price', 'chat-default price'],
  ['key', '7', 'virtual key', '7'],
])('what an alert of %s %s is about has its name', (entityKind, entity, noun, name) => {
  expect(aboutOf(live, anAlert({ id: 'a', gateway: 'prod', entityKind, entity }))).toEqual({ noun, name })
})
