import { notifications } from '@mantine/notifications'

let last = ''

/** Says in a corner, for a moment, that something was done. What was said before is gone: one line is enough. */
export function say(message: string): void {
  notifications.hide(last)
  last = notifications.show({ message, autoClose: 3000 })
}
