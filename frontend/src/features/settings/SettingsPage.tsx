export function SettingsPage(_: { open: string }) {
  return null
}
