import { describe, expect, it } from 'vitest'
import { BridgeError, remedyFor, toBridgeError } from './errors'

describe('toBridgeError', () => {
  it.each([
    [{ code: 'tls', message: 'No.' }, 'tls', 'No.'],
    [new Error('{"code":"forbidden","message":"Not you."}'), 'forbidden', 'Not you.'],
    ['{"code":"usage","message":"Bad."}', 'usage', 'Bad.'],
    [{ code: 'from-the-future', message: 'Hm.' }, 'internal', 'Hm.'],
    [new Error('boom'), 'internal', 'boom'],
    ['boom', 'internal', 'boom'],
    [undefined, 'internal', 'Something went wrong.'],
    [{ code: 7 }, 'internal', 'Something went wrong.'],
  ] as const)('%s', (thrown, code, message) => {
    const error = toBridgeError(thrown)
    expect(error).toBeInstanceOf(BridgeError)
    expect([error.code, error.message]).toEqual([code, message])
    expect(remedyFor(error.code)).not.toBe('')
  })
})
