import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { anAlert } from '../../bridge/fixtures'
import { notifiedLabel, reasonWords, toldTag } from './labels'

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

describe('notifiedLabel', () => {
  const label = (notifyReason: string, notified = false, status = 'firing') =>
    notifiedLabel(anAlert({ id: 'a', gateway: 'g', notifyReason, notified, status, notifyDecidedAt: 1 }))

  it('says told only of what was shown, whatever was decided since', () => {
    expect(label('first', true)).toBe('Told')
    expect(label('held: its end is not worth a notice', true, 'resolved')).toBe('Told')
    expect(label('not shown here: first')).toBe('Not told')
    expect(label('failed: not permitted')).toBe('Not told')
  })

  it('tells what is held back from what is told to nobody', () => {
    expect(label('held: quiet hours, in the digest')).toBe('Held back')
    expect(label('skipped: higher threshold')).toBe('Held back')
    expect(label('capped')).toBe('Held back')
    expect(label('held: shown in the list only')).toBe('Not told')
    expect(label('held: the window is in front')).toBe('In the window')
    expect(label('')).toBe('Waiting')
    expect(label('', false, 'resolved')).toBe('Not told')
  })

  it('says of a decision, too, that the window told', () => {
    const tag = (words: string, notified = false) => toldTag({ words, notified })
    expect(tag('You were told', true)).toBe('told')
    expect(tag('You were told in the window, which was in front')).toBe('in the window')
    expect(tag('Held back: too many at once')).toBe('not told')
  })
})
