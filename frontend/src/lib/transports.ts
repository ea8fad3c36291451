/** The ways to hold a hub's connection, by their names in the settings, in the order in which they are tried. */
export const TRANSPORTS = [
  ['WebSockets', 'WebSockets'],
  ['ServerSentEvents', 'Server-Sent Events'],
  ['LongPolling', 'Long polling'],
] as const

/** In the order in which they are tried, whichever was switched on last. */
export function preferred(names: readonly string[]): string[] {
  return TRANSPORTS.map(([name]) => name).filter((name) => names.includes(name))
}
