import { describe, expect, it } from 'vitest'
import { aKey, aProvider } from '../../bridge/fixtures'
import { aLive, byId } from '../../test/render'
import { parseSearch } from './search'

const live = aLive({
  keys: byId(
    aKey({ id: 'prod/7', gateway: 'prod', key: '7', name: 'batch night' }),
    aKey({ id: 'prod/8', gateway: 'prod', key: '8', name: 'Batch day' }),
  ),
  providers: byId(aProvider({ id: 'prod/1', gateway: 'prod', provider: '1', name: 'OpenAI' })),
})
const nothing = { text: '', keys: [], providers: [], task: '', kinds: [], severities: [] }

describe('a search of events', () => {
  it.each([
    ['', nothing],
    ['429 timeout', { ...nothing, text: '429 timeout' }],
    ['key:batch', { ...nothing, keys: ['batch', '7', '8'] }],
    ['key:"batch night" refused', { ...nothing, keys: ['batch night', '7'], text: 'refused' }],
    ['key:7', { ...nothing, keys: ['7'] }],
    [
      'provider:open sev>=warning',
      { ...nothing, providers: ['open', '1', 'OpenAI'], severities: ['warning', 'critical'] },
    ],
    ['sev:critical', { ...nothing, severities: ['critical'] }],
    ['severity:loud', { ...nothing, severities: ['loud'] }],
    ['kind:link.me task:task_1', { ...nothing, kinds: ['link.measured'], task: 'task_1' }],
    ['kind:nonsense', { ...nothing, kinds: ['nonsense'] }],
    ['the monkey:7 "https://x"', { ...nothing, text: 'the monkey:7 "https://x"' }],
  ])('%s', (search, sought) => {
    expect(parseSearch(search, live)).toEqual(sought)
  })
})
