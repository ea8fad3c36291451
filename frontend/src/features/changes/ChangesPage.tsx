export function ChangesPage(_: { open: string }) {
  return null
}
