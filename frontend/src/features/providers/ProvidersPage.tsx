export function ProvidersPage(_: { open: string }) {
  return null
}
