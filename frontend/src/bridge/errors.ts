import { FAULTS } from './bound'

/** The codes of package fault, and one for a door that does not answer. */
export type ErrorCode = (typeof FAULTS)[number] | 'unavailable'

const CODES: readonly ErrorCode[] = [...FAULTS, 'unavailable']

/** One thing that was entered and cannot be used, such as "network.proxy", and why. */
export type RefusedField = { path: string; message: string }

/** What a call to the Go side failed with: a code for us, a message for a person. */
export class BridgeError extends Error {
  readonly code: ErrorCode
  /** What was entered and cannot be used, by its path in the settings file. */
  readonly fields: readonly RefusedField[]
  constructor(code: ErrorCode, message: string, fields: readonly RefusedField[] = []) {
    super(message)
    this.name = 'BridgeError'
    this.code = code
    this.fields = fields
  }
}

/** Whatever was thrown, as a BridgeError: {code, message}, an Error, JSON of either, or a string. */
export function toBridgeError(thrown: unknown): BridgeError {
  if (thrown instanceof BridgeError) return thrown
  const shape = asShape(thrown)
  if (shape) return shape
  if (thrown instanceof Error)
    return asShape(parse(thrown.message)) ?? new BridgeError('internal', thrown.message)
  if (typeof thrown === 'string')
    return asShape(parse(thrown)) ?? new BridgeError('internal', thrown || 'Something went wrong.')
  return new BridgeError('internal', 'Something went wrong.')
}

function asShape(value: unknown): BridgeError | null {
  if (typeof value !== 'object' || value === null) return null
  const { code, message, fields } = value as { code?: unknown; message?: unknown; fields?: unknown }
  if (typeof code !== 'string' || typeof message !== 'string') return null
  return new BridgeError(
    CODES.find((known) => known === code) ?? 'internal',
    message,
    Array.isArray(fields) ? fields.filter(isField) : [],
  )
}

function isField(value: unknown): value is RefusedField {
  if (typeof value !== 'object' || value === null) return false
  const { path, message } = value as { path?: unknown; message?: unknown }
  return typeof path === 'string' && typeof message === 'string'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What the user can do about it. */
export function remedyFor(code: ErrorCode): string {
  switch (code) {
    case 'internal':
      return 'The log file under Settings → About has the details.'
    case 'usage':
      return 'Check what was entered and try again.'
    case 'unreachable':
      return 'Check the address and your network.'
    case 'unauthorized':
      return 'Update the key under Connections.'
    case 'forbidden':
      return 'This needs a key with more rights.'
    case 'tls':
      return 'Check the certificate of the gateway.'
    case 'misconfigured':
      return 'Check the addresses under Connections.'
    case 'unavailable':
      return 'Gatewatch itself does not answer; it is asked again by itself.'
  }
}
