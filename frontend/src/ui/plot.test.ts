import { describe, expect, it } from 'vitest'
import { stack } from './plot'
import { coloursOf, SERIES_COLOURS } from './seriesColours'

describe('stack', () => {
  it('puts each line onto those before it, and leaves what is not known a gap', () => {
    const lines = [
      { name: 'a', colour: '', values: [1, -1, 3] },
      { name: 'b', colour: '', values: [10, 20, -1] },
      { name: 'c', colour: '', values: [100] },
    ]
    expect(stack(lines, 3)).toEqual([
      [1, null, 3],
      [11, 20, null],
      [111, null, null],
    ])
  })
})

describe('coloursOf', () => {
  it('gives each name its own as far as there are enough, whatever the order', () => {
    const names = ['OpenAI', 'Anthropic', 'Groq', 'Mistral', 'Gemini', 'Azure']
    const colours = coloursOf(names)
    expect(new Set(colours.values()).size).toBe(SERIES_COLOURS.length)
    expect(coloursOf([...names].reverse())).toEqual(colours)
  })
})
