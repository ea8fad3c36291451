/** Which colour a series of a chart has: the same wherever its name stands. */

/** The colours of data, which are never those of severities. */
export const SERIES_COLOURS = ['--s1', '--s2', '--s3', '--s4', '--s6', '--s5'] as const

/** The colour of a name, the same wherever it stands. */
function colourOf(name: string): string {
  if (name === 'other') return OTHER
  if (name === NOT_ATTRIBUTED) return '--faint'
  let hash = 7
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) >>> 0
  return SERIES_COLOURS[hash % 5] ?? '--s1'
}

const OTHER = '--s5'

/** The series of what was spent and no other one has, see text.NotAttributed of Go. */
export const NOT_ATTRIBUTED = 'not attributed'

/**
 * Gives every name a colour that no other of them has, as long as there are enough, in the order of the names:
 * the one it wishes, else one that nobody does.
 */
export function coloursOf(
  names: readonly string[],
  wishOf: (name: string) => string = colourOf,
): Map<string, string> {
  const colours = new Map<string, string>()
  const all = [...new Set(names)].sort()
  const wished = new Set(all.map(wishOf))
  const taken = new Set<string>()
  for (const name of all) {
    const wish = wishOf(name)
    const free = SERIES_COLOURS.filter((colour) => !taken.has(colour))
    const colour = taken.has(wish) ? (free.find((other) => !wished.has(other)) ?? free[0] ?? wish) : wish
    taken.add(colour)
    colours.set(name, colour)
  }
  return colours
}
