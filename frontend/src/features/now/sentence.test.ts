import { describe, expect, it } from 'vitest'
import { aGateway, aKey, anAlert, aProvider, usd } from '../../bridge/things'
import type { Live } from '../../bridge/types'
import { aLive, byId } from '../../test/render'
import { sentenceOf } from './sentence'

const now = Date.now()
const prod = aGateway({ id: 'prod', lastEventAt: now - 3000 })
const nine = byId(...Array.from({ length: 9 }, (_, i) => aProvider({ gateway: 'prod', provider: String(i) })))
const keys = byId(aKey({ gateway: 'prod', key: '1', total: usd(41), limit: usd(100) }))
const say = (of: Partial<Live>, scope = '') => sentenceOf(aLive(of), scope, now)

describe('sentenceOf', () => {
  it('is calm when all is well', () => {
    const sentence = say({ gateways: byId(prod), providers: nine, keys })
    expect(sentence.shape).toBe('ok')
    expect(`${sentence.head} ${sentence.rest}`).toBe(
      'All quiet. 9 providers healthy, tightest budget 41 %, last event 3 s ago.',
    )
  })

  it('counts what needs the reader, the gravest first', () => {
    const alerts = byId(
      anAlert({ id: '1', gateway: 'prod', title: 'team-billing has used 82 %' }),
      anAlert({ id: '2', gateway: 'prod', title: 'OpenAI is unhealthy', severity: 'critical' }),
      anAlert({ id: '3', gateway: 'prod', title: 'seen', acked: true }),
      anAlert({ id: '4', gateway: 'prod', title: 'a key was updated', severity: 'info' }),
    )
    expect(say({ gateways: byId(prod), alerts })).toEqual({
      shape: 'critical',
      head: '2 things need you.',
      rest: 'OpenAI is unhealthy · team-billing has used 82 %',
    })
    expect(say({ gateways: byId(prod), alerts }, 'staging').shape).not.toBe('critical')
  })

  it.each([
    ['disconnected', 'offline', 'Not connected.'],
    ['connecting', 'busy', 'Connecting.'],
    ['reconnecting', 'stale', 'No connection.'],
    ['error', 'critical', 'prod needs you.'],
  ])('is never green while %s', (overall, shape, head) => {
    expect(say({ gateways: byId({ ...prod, overall }), providers: nine, keys })).toMatchObject({
      shape,
      head,
    })
  })

  it('is not green with a sick provider, although no alert is open', () => {
    const sick = aProvider({ gateway: 'prod', provider: '0', name: 'OpenAI', health: 'degraded' })
    expect(say({ gateways: byId(prod), providers: { ...nine, [sick.id]: sick } }).shape).toBe('warning')
  })
})
