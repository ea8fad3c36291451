import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it } from 'vitest'
import { BridgeError } from '../../bridge/errors'
import { worldOf } from '../../bridge/fakeWorld'
import { aLink, aMonitoredKey } from '../../bridge/fixtures'
import { byId, openWindow } from '../../test/render'

let stop = () => {}
afterEach(() => stop())

const refusal = { state: 'error', class: 'auth', cause: '401' }

/** The window with two virtual keys of prod, of which the gateway refuses the second. */
async function open(master = false) {
  const live = worldOf('busy', Date.now())
  const opened = await openWindow(
    {
      ...live,
      links: byId(
        aLink({ id: 'a', gateway: 'prod', hub: 'spend', plane: 'core', slot: '1' }),
        aLink({ id: 'b', gateway: 'prod', hub: 'spend', plane: 'core', slot: '2', ...refusal }),
        aLink({ id: 'c', gateway: 'prod', hub: 'navigation', plane: 'admin', ...(master ? refusal : {}) }),
      ),
      monitoredKeys: byId(
        aMonitoredKey({ gateway: 'prod', slot: '1', state: 'live', name: 'platform-api', primary: true }),
        aMonitoredKey({ gateway: 'prod', slot: '2', state: 'refused' }),
      ),
    },
    '/alerts',
  )
  stop = opened.stop
  const user = userEvent.setup()
  await opened.bridge.Gateways.AddKey('prod', '', 'condt_second')
  await user.click(await screen.findByRole('button', { name: 'Update key' }))
  return { user, ...opened }
}

it('the banner names the refused key, and its button replaces that one and no other', async () => {
  const { user, bridge } = await open()
  expect(screen.getByText(/refused the virtual key “key 2” \(401\)/)).toBeTruthy()
  const form = within(await screen.findByRole('dialog', { name: 'Update keys of prod' }))
  expect(form.queryByLabelText('Master key')).toBeNull()
  await user.click(form.getByRole('button', { name: 'Save' }))
  expect(await form.findByText('Paste a key.')).toBeTruthy()
  await user.type(form.getByLabelText('Virtual key “key 2”'), 'condt_new')
  await user.click(form.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(bridge.calls).toContain('Gateways.ReplaceKey("prod","2","condt_new")'))
  expect(bridge.calls.some((call) => call.startsWith('Gateways.Save'))).toBe(false)
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

it('each refused key has a field, and what cannot be taken is said beside it', async () => {
  const { user, bridge } = await open(true)
  bridge.Gateways.ReplaceKey = async () => {
    throw new BridgeError('usage', 'This key is there already, as “platform-api”.')
  }
  const form = within(await screen.findByRole('dialog', { name: 'Update keys of prod' }))
  await user.type(form.getByLabelText('Virtual key “key 2”'), 'condt_first')
  await user.type(form.getByLabelText('Master key'), 'mk')
  await user.click(form.getByRole('button', { name: 'Save' }))
  expect(await form.findByText('This key is there already, as “platform-api”.')).toBeTruthy()
  expect((form.getByLabelText('Virtual key “key 2”') as HTMLInputElement).value).toBe('condt_first')
  // The master key was taken, and with it none of the virtual keys.
  expect(bridge.calls.find((call) => call.startsWith('Gateways.Save'))).toMatch(/,"","mk"\)$/)
})

it('the form of a gateway with several keys replaces none of them', async () => {
  const { user } = await open()
  await user.click(screen.getByRole('button', { name: 'Cancel' }))
  await user.click(await screen.findByRole('button', { name: 'More for prod' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Edit…' }))
  const form = within(await screen.findByRole('dialog', { name: 'Edit prod' }))
  expect(form.queryByLabelText('Virtual key')).toBeNull()
  expect(form.getByText(/Its 2 virtual keys are added, replaced and removed one by one/)).toBeTruthy()
})
