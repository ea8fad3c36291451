export function EventsPage(_: { open: string }) {
  return null
}
