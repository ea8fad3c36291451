import type { EventQuery, Live } from '../../bridge/types'
import { CATEGORIES } from './categories'

/** What somebody sought, taken apart: what is left as text, and what the words with a colon narrow it to. */
export type Sought = Pick<EventQuery, 'text' | 'keys' | 'providers' | 'task' | 'kinds' | 'severities'>

const ALL_KINDS = Object.values(CATEGORIES).flatMap(([, kinds]) => kinds)
const SEVERITIES = ['info', 'warning', 'critical']

/** A word with a colon, its value perhaps in quotes; or ">=" of a severity. */
const WORD = /(?<=^|\s)(key|provider|task|kind|sev|severity)(:|>=)("[^"]*"|\S+)/gi

/**
 * Reads `key:batch provider:openai kind:spend sev:warning "429"`. Keys and
 * providers are meant by their names, parts of them, or their ids; a kind by
 * its beginning; `sev>=warning` is that and worse. All else is text.
 */
export function parseSearch(search: string, live: Pick<Live, 'keys' | 'providers'>): Sought {
  const sought: Sought = { text: '', keys: [], providers: [], task: '', kinds: [], severities: [] }
  const rest = search.replace(WORD, (_, name: string, sign: string, quoted: string) => {
    const value = quoted.replaceAll('"', '')
    switch (name.toLowerCase()) {
      case 'key':
        sought.keys.push(
          ...meant(
            value,
            Object.values(live.keys),
            (key) => [key.key],
            (key) => key.name,
          ),
        )
        break
      case 'provider':
        sought.providers.push(
          ...meant(
            value,
            Object.values(live.providers),
            (p) => [p.provider, p.name],
            (p) => p.name,
          ),
        )
        break
      case 'task':
        sought.task = value
        break
      case 'kind':
        sought.kinds.push(...startingWith(value))
        break
      default:
        sought.severities.push(...severitiesOf(value, sign === '>='))
    }
    return ''
  })
  return { ...sought, text: rest.replace(/\s+/g, ' ').trim() }
}

/** The ids of things that are called so, and the word itself, which may be an id that is not known now. */
function meant<T>(
  word: string,
  things: T[],
  ids: (thing: T) => string[],
  name: (thing: T) => string,
): string[] {
  const called = things.filter((thing) => name(thing).toLowerCase().includes(word.toLowerCase())).flatMap(ids)
  return [...new Set([word, ...called])]
}

/** Kinds that begin so; of none that is known the word itself, which then finds nothing. */
function startingWith(word: string): string[] {
  const found = ALL_KINDS.filter((kind) => kind.startsWith(word.toLowerCase()))
  return found.length > 0 ? found : [word]
}

function severitiesOf(word: string, orWorse: boolean): string[] {
  const at = SEVERITIES.findIndex((severity) => severity.startsWith(word.toLowerCase()))
  if (at < 0) return [word]
  return orWorse ? SEVERITIES.slice(at) : SEVERITIES.slice(at, at + 1)
}
