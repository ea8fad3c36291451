import { expect, it } from 'vitest'
import { coloursOf, SERIES_COLOURS } from './seriesColours'

it('gives as many names as there are colours each one of its own, and others none that is free', () => {
  const words = [
    'openai',
    'anthropic',
    'groq',
    'other',
    'mistral',
    'google',
    'azure',
    'bedrock',
    'OpenAI (2)',
  ]
  for (let seed = 0; seed < words.length; seed++) {
    const names = [...words.slice(seed), ...words.slice(0, seed)].slice(0, SERIES_COLOURS.length)
    expect(new Set(coloursOf(names).values()).size).toBe(names.length)
  }
  const same = coloursOf(['a', 'b', 'c'], () => '--s1')
  expect(new Set(same.values()).size).toBe(3)
  expect(coloursOf(['openai', 'other']).get('other')).toBe('--s5')
})
