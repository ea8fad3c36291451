/** Names of colours that a gateway can have, with the colour of data they are drawn in. */
const COLOURS: Record<string, string> = {
  blue: 'var(--s1)',
  violet: 'var(--s2)',
  cyan: 'var(--s3)',
  pink: 'var(--s4)',
  slate: 'var(--s5)',
  indigo: 'var(--s6)',
}

/** Names for a choice. */
export const COLOUR_NAMES = Object.keys(COLOURS)

/** A gateway's colour as CSS: a name, or "#rrggbb" of the settings file; anything else is grey. */
export function gatewayColour(name: string): string {
  return COLOURS[name] ?? (/^#[0-9a-f]{6}$/i.test(name) ? name : 'var(--s5)')
}

/** The same as the name of a variable, for charts, which have no colours of their own. */
export function gatewayVariable(name: string): string {
  return (COLOURS[name] ?? 'var(--s5)').slice(4, -1)
}
