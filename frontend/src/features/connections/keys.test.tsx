import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import axe from 'axe-core'
import { afterEach, describe, expect, it } from 'vitest'
import { worldOf } from '../../bridge/fakeWorld'
import type { Watch } from '../../bridge/types'
import { openWindow } from '../../test/render'
import { keyState } from './keyWords'

let stop = () => {}
afterEach(() => stop())

function aWatch(of: Partial<Watch> & { slot: string; state: string }): Watch {
  return {
    id: `prod/${of.slot}`,
    gateway: 'prod',
    label: '',
    key: '',
    name: '',
    holds: false,
    cause: '',
    since: 0,
    ...of,
  }
}

async function open(...watched: Watch[]) {
  const live = {
    ...worldOf('busy', Date.now()),
    watched: Object.fromEntries(watched.map((w) => [w.id, w])),
  }
  const opened = await openWindow(live, '/connections')
  stop = opened.stop
  const list = within(await screen.findByRole('region', { name: 'Virtual keys of prod' }))
  return { user: userEvent.setup(), list, ...opened }
}

describe('keyState', () => {
  const key = { id: '1', label: '', key: '', name: '', paused: false, kept: 'keychain' }
  it('believes what is told, else the profile', () => {
    expect(keyState(key, true, 'refused')).toBe('refused')
    expect(keyState(key, true, undefined)).toBe('waiting')
    expect(keyState(key, false, undefined)).toBe('off')
    expect(keyState({ ...key, kept: '' }, true, undefined)).toBe('missing')
    expect(keyState({ ...key, paused: true }, true, 'live')).toBe('paused')
  })
})

describe('the virtual keys of a gateway', () => {
  it('say how each is watched, and why not', async () => {
    const cause = 'It is disabled on the gateway. Enable it there, or pause it here.'
    const { list } = await open(
      aWatch({ slot: '1', state: 'disabled', name: 'billing', key: '4', cause, holds: true }),
    )
    expect(await list.findByText('billing')).toBeTruthy()
    expect(list.getByText('Disabled')).toBeTruthy()
    expect(list.getByText(cause)).toBeTruthy()
    expect(list.getByText('#4')).toBeTruthy()
    expect(list.getByText('shared hubs')).toBeTruthy()
    expect(list.getByText('stored in the keychain')).toBeTruthy()
  })

  it('are added with a label, and the key is sent once', async () => {
    const { user, list, bridge } = await open()
    await user.click(list.getByRole('button', { name: 'Add a key…' }))
    const form = within(await screen.findByRole('dialog', { name: 'Add a virtual key' }))
    expect((form.getByRole('button', { name: 'Add' }) as HTMLButtonElement).disabled).toBe(true)
    await user.type(form.getByLabelText('Label'), 'agents')
    await user.type(form.getByLabelText('Virtual key'), 'condt_abc')
    await user.click(form.getByRole('button', { name: 'Add' }))
    await waitFor(() => expect(bridge.calls).toContain('Gateways.AddKey("prod","agents","condt_abc")'))
    expect(await list.findByText('agents')).toBeTruthy()
    expect(document.body.textContent).not.toContain('condt_abc')
  })

  it('are paused, renamed, replaced and removed', async () => {
    const { user, list, bridge } = await open(aWatch({ slot: '1', state: 'live', name: 'billing' }))
    const choose = async (item: string) => {
      await user.click(await list.findByRole('button', { name: /^More for key/ }))
      await user.click(await screen.findByRole('menuitem', { name: item }))
    }
    await choose('Pause')
    await waitFor(() => expect(bridge.calls).toContain('Gateways.PauseKey("prod","1",true)'))
    expect(await list.findByText('Paused')).toBeTruthy()
    await choose('Rename…')
    const form = within(await screen.findByRole('dialog', { name: 'Rename the virtual key' }))
    await user.type(form.getByLabelText('Label'), 'mine')
    await user.click(form.getByRole('button', { name: 'Rename' }))
    await waitFor(() => expect(bridge.calls).toContain('Gateways.LabelKey("prod","1","mine")'))
    await choose('Remove…')
    const sure = within(await screen.findByRole('dialog', { name: 'Remove the virtual key?' }))
    await user.click(sure.getByRole('button', { name: 'Remove' }))
    await waitFor(() => expect(bridge.calls).toContain('Gateways.RemoveKey("prod","1")'))
  })

  it('have no faults of accessibility', async () => {
    const { list } = await open(aWatch({ slot: '1', state: 'refused', cause: 'Replace it here.' }))
    expect(await list.findByText('Refused')).toBeTruthy()
    const { violations } = await axe.run(document.body, {
      rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
    })
    expect(violations.map((violation) => violation.id)).toEqual([])
  })
})
