import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reasonWords } from './words'

/** The announcer's reasons, read from where they are declared. */
const GO = readFileSync('../internal/notify/reason.go', 'utf8')
const REASONS = [...GO.matchAll(/Reason = "([^"]+)"/g)].map((match) => match[1] ?? '')

describe('reasonWords', () => {
  it('there are reasons', () => expect(REASONS.length).toBeGreaterThan(20))

  it.each(REASONS)('says "%s" to a person', (reason) => {
    expect(reasonWords(reason)).toMatch(
      /^(You were |Held back: |Taken back: |Added to |The notification |The system |This desktop )/,
    )
  })

  it('shows a reason that it does not know as it stands', () => {
    expect(reasonWords('held: a new idea')).toBe('Held back: a new idea')
    expect(reasonWords('because')).toBe('Because')
  })
})
