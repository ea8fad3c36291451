import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reasonWords } from './labels'

/** What Go says of every reason of the announcer; Go's own test holds the file to it. */
const WORDS = JSON.parse(readFileSync('../internal/core/text/testdata/decisions.json', 'utf8')) as Record<
  string,
  string
>

describe('reasonWords', () => {
  it('there are reasons', () => expect(Object.keys(WORDS).length).toBeGreaterThan(50))

  it.each(Object.entries(WORDS))('says of "%s" what Go says', (reason, words) => {
    expect(reasonWords(reason)).toBe(words)
  })

  it('shows a reason that it does not know as it stands', () => {
    expect(reasonWords('held: a new idea')).toBe('Held back: a new idea')
    expect(reasonWords('because')).toBe('Because')
  })
})
