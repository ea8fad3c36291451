import { notifications, notificationsStore } from '@mantine/notifications'
import { afterEach, expect, it } from 'vitest'
import { say } from './say'

afterEach(() => notifications.clean())

it('one line of what was done is shown at a time, and what went wrong stays beside it', () => {
  notifications.show({ id: 'wrong', message: 'It was not saved.' })
  say('Saved.')
  say('Taken back.')
  const shown = notificationsStore.getState().notifications.map((one) => one.message)
  expect(shown).toEqual(['It was not saved.', 'Taken back.'])
})
