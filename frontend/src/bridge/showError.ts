import { notifications } from '@mantine/notifications'
import { remedyFor, toBridgeError } from './errors'

/** Says what went wrong with something that the user asked for, and what can be done. */
export function showError(thrown: unknown): void {
  const error = toBridgeError(thrown)
  notifications.show({ color: 'red', title: error.message, message: remedyFor(error.code), autoClose: 8000 })
}
