export function AlertsPage(_: { open: string }) {
  return null
}
