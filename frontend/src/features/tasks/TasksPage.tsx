export function TasksPage(_: { open: string }) {
  return null
}
