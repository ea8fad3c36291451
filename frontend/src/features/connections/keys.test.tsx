import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import axe from 'axe-core'
import { afterEach, describe, expect, it } from 'vitest'
import { BridgeError } from '../../bridge/errors'
import { worldOf } from '../../bridge/fakeWorld'
import { aGateway, aKey, aMonitoredKey } from '../../bridge/fixtures'
import type { MonitoredKey, PollTarget } from '../../bridge/types'
import { byId, given, openWindow, renderWith } from '../../test/render'
import { keyState, masterKeyWord, observedKeyState, virtualKeyWord } from './keyLabels'
import { OtherKeys } from './OtherKeys'

let stop = () => {}
afterEach(() => stop())

/** The list of keys of a gateway, read at 1,000,000 ms unless said otherwise. */
function aList(of: Partial<PollTarget> = {}): PollTarget {
  return {
    id: 'prod/rest:keys',
    gateway: 'prod',
    source: 'rest:keys',
    outcome: 'good',
    since: 0,
    cause: '',
    polledAt: 1_000_000,
    succeededAt: 1_000_000,
    times: 1,
    previousSuccessAt: 0,
    intervalMs: 60_000,
    staleAfterMs: 180_000,
    latencyMs: 20,
    ...of,
  }
}

async function open(...watched: MonitoredKey[]) {
  const live = {
    ...worldOf('busy', Date.now()),
    monitoredKeys: Object.fromEntries(watched.map((w) => [w.id, w])),
  }
  const opened = await openWindow(live, '/connections')
  stop = opened.stop
  const list = within(await screen.findByRole('region', { name: 'Virtual keys of prod' }))
  return { user: userEvent.setup(), list, ...opened }
}

describe('keyState', () => {
  const key = { id: '1', label: '', key: '', name: '', paused: false, storedIn: 'keychain' }
  it("is the observed state, else the profile's", () => {
    expect(keyState(key, true, 'refused')).toBe('refused')
    expect(keyState(key, true, undefined)).toBe('waiting')
    expect(keyState(key, false, undefined)).toBe('off')
    expect(keyState({ ...key, storedIn: '' }, true, undefined)).toBe('missing')
    expect(keyState({ ...key, paused: true }, true, 'live')).toBe('paused')
  })
})

describe('a key that is not stored here', () => {
  const key = { status: 'enabled', expires: 0, source: 'rest:keys' }
  it.each([
    ['the list', key, aList(), 'polled', 'no key of it here: seen through the Admin API every 60 s'],
    ['a disabled key', { ...key, status: 'disabled' }, aList(), 'disabled', 'every 60 s'],
    ['an expired key', { ...key, expires: 1_000_999 }, aList(), 'expired', 'every 60 s'],
    ['one that expires later', { ...key, expires: 1_001_001 }, aList(), 'polled', 'every 60 s'],
    ['a list that is too old', key, aList({ succeededAt: 820_999 }), 'unseen', 'was not read again'],
    [
      'a list that fails',
      key,
      aList({ outcome: 'error', cause: 'It answered 500.' }),
      'unseen',
      'It answered 500.',
    ],
    [
      'no master key',
      key,
      aList({ outcome: 'none', cause: 'No master key is stored.' }),
      'off',
      'here. No master key is stored.',
    ],
    ['nothing at all', key, undefined, 'off', 'here. The Admin API is not asked.'],
    ['a hub', { ...key, source: 'hub:spend' }, undefined, 'pushed', 'seen by what hub spend tells'],
  ] as const)('is seen by %s', (_, of, list, state, how) => {
    const seen = observedKeyState(of, list, 1_001_000)
    expect(seen.state).toBe(state)
    expect(seen.how).toContain(how)
    expect(seen.how).toMatch(/^no key of it here[:,.] /)
  })

  it('is shown among hundreds, which can be searched', async () => {
    const keys = Array.from({ length: 500 }, (_, i) =>
      aKey({ gateway: 'prod', key: `${i}`, name: `key-${i}`, source: 'rest:keys' }),
    )
    given({
      gateways: byId(aGateway({ id: 'prod' })),
      keys: byId(
        ...keys,
        aKey({ gateway: 'prod', key: 'gone', name: 'gone', status: 'deleted' }),
        aKey({ gateway: 'staging', key: '1', name: 'elsewhere' }),
      ),
      monitoredKeys: byId(aMonitoredKey({ gateway: 'prod', slot: '1', state: 'live', key: '7' })),
      pollTargets: byId(aList({ succeededAt: Date.now() })),
    })
    renderWith(<OtherKeys gateway="prod" label="prod" own={['8', '']} />)
    const table = within(screen.getByRole('table', { name: 'Other virtual keys of prod' }))
    const rows = () => table.getAllByRole('row').length - 1
    expect(screen.getByText(/^498 keys/)).toBeTruthy()
    expect(rows()).toBeGreaterThan(5)
    expect(rows()).toBeLessThan(60)
    const user = userEvent.setup()
    await user.click(screen.getByRole('button', { name: 'Show all 498' }))
    expect(rows()).toBeGreaterThan(8)
    expect(rows()).toBeLessThan(60) // on a page, only those in view exist
    await user.click(screen.getByRole('button', { name: 'Show 8 only' }))
    expect(rows()).toBe(8)
    await user.type(screen.getByRole('searchbox', { name: 'Find a key' }), 'key-49')
    expect(rows()).toBe(11)
    expect(table.getAllByText('Polled').length).toBe(11)
    expect(table.getByText('key-49')).toBeTruthy()
    expect(table.queryByText('key-7')).toBeNull()
  })
})

describe('the keys of a gateway without a profile', () => {
  it('are all listed, monitored ones first', () => {
    given({
      gateways: byId(aGateway({ id: 'prod' })),
      keys: byId(
        aKey({ gateway: 'prod', key: '1', name: 'agents' }),
        aKey({ gateway: 'prod', key: '2', name: 'billing' }),
      ),
      monitoredKeys: byId(aMonitoredKey({ gateway: 'prod', slot: '1', state: 'live', key: '2' })),
      pollTargets: byId(aList({ succeededAt: Date.now() })),
    })
    renderWith(<OtherKeys gateway="prod" label="prod" own={null} />)
    expect(screen.getByText('2 keys, 1 of them live')).toBeTruthy()
    const rows = within(screen.getByRole('table', { name: 'Virtual keys of prod' })).getAllByRole('row')
    expect(rows.map((row) => /Live|Polled/.exec(row.textContent ?? '')?.[0])).toEqual([
      undefined,
      'Live',
      'Polled',
    ])
    expect(rows[1]?.textContent).toContain('billing')
  })
})

describe('keys of a gateway that is not connected', () => {
  const gateway = aGateway({ id: 'prod', overall: 'disconnected' })
  it('are not monitored, neither pushed nor polled', () => {
    given({
      gateways: byId(gateway),
      keys: byId(aKey({ gateway: 'prod', key: '1' }), aKey({ gateway: 'prod', key: '2' })),
      monitoredKeys: byId(aMonitoredKey({ gateway: 'prod', slot: '1', state: 'waiting', key: '2' })),
      pollTargets: byId(aList({ succeededAt: Date.now() })),
    })
    renderWith(<OtherKeys gateway="prod" label="prod" own={null} />)
    expect(screen.getAllByText('Not watched').length).toBe(2)
    expect(screen.getAllByText('the gateway is not connected').length).toBe(2)
  })

  it('do not wait for it in the list of a profile', async () => {
    const live = worldOf('busy', Date.now())
    const watch = aMonitoredKey({ gateway: 'prod', slot: '1', state: 'waiting', name: 'billing' })
    const opened = await openWindow(
      { ...live, gateways: { ...live.gateways, prod: gateway }, monitoredKeys: byId(watch) },
      '/connections',
    )
    stop = opened.stop
    const list = within(await screen.findByRole('region', { name: 'Virtual keys of prod' }))
    expect(await list.findByText('Not watched')).toBeTruthy()
  })
})

describe('the virtual keys of a gateway', () => {
  it('show how each is monitored, and why not', async () => {
    const cause = 'It is disabled on the gateway. Enable it there, or pause it here.'
    const { list } = await open(
      aMonitoredKey({
        gateway: 'prod',
        slot: '1',
        state: 'disabled',
        name: 'billing',
        key: '4',
        cause,
        primary: true,
      }),
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

  it('that are there already are named at the field, with what was added', async () => {
    const { user, list, bridge } = await open(
      aMonitoredKey({ gateway: 'prod', slot: '1', state: 'live', name: 'platform-api' }),
    )
    const add = bridge.Gateways.AddKey
    bridge.Gateways.AddKey = (id, label, key) => {
      if (key !== 'condt_first') return add(id, label, key)
      const there = { path: 'virtual_keys.1', message: 'This key is there already.' }
      throw new BridgeError('usage', 'This key is there already, as “1”.', [there])
    }
    await user.click(list.getByRole('button', { name: 'Add a key…' }))
    const form = within(await screen.findByRole('dialog', { name: 'Add a virtual key' }))
    await user.type(form.getByLabelText('Virtual key'), 'condt_first condt_second')
    await user.click(form.getByRole('button', { name: 'Add' }))
    expect(await form.findByText('Already watched: “platform-api”. Added: “key 2”.')).toBeTruthy()
    expect(form.getByText('Close')).toBeTruthy()
    expect((form.getByLabelText('Virtual key') as HTMLInputElement).value).toBe('')
  })

  it('are paused, renamed, replaced and removed', async () => {
    const { user, list, bridge } = await open(
      aMonitoredKey({ gateway: 'prod', slot: '1', state: 'live', name: 'billing' }),
    )
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
    const { list } = await open(
      aMonitoredKey({ gateway: 'prod', slot: '1', state: 'refused', cause: 'Replace it here.' }),
    )
    expect(await list.findByText('Refused')).toBeTruthy()
    const { violations } = await axe.run(document.body, {
      rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
    })
    expect(violations.map((violation) => violation.id)).toEqual([])
  })
})

describe('a gateway’s keys in a word', () => {
  it('are in use when the environment gave them', () => {
    const none = { hasVirtualKey: false, environmentKeys: 0, keys: [], enabled: true }
    const key = { id: '1', label: '', key: '', name: '', paused: false, storedIn: 'keychain' }
    const one = { ...none, hasVirtualKey: true, keys: [key] }
    expect(virtualKeyWord({ ...none, environmentKeys: 1 })).toBe('from the environment')
    expect(virtualKeyWord(one)).toBe('stored')
    expect(virtualKeyWord({ ...one, environmentKeys: 1 })).toBe('stored, others from the environment')
    expect(virtualKeyWord(none)).toBe('missing')
    expect(masterKeyWord({ hasMasterKey: false, masterKeyStoredIn: 'environment', enabled: true })).toBe(
      'from the environment',
    )
    expect(masterKeyWord({ hasMasterKey: false, masterKeyStoredIn: '', enabled: true })).toBe('missing')
  })

  it('are never called stored where they are in memory alone, or not found', () => {
    const key = { id: '1', label: '', key: '', name: '', paused: false, storedIn: 'memory' }
    const one = { hasVirtualKey: true, environmentKeys: 0, keys: [key], enabled: true }
    expect(virtualKeyWord(one)).toBe('in memory, until Gatewatch ends')
    expect(virtualKeyWord({ ...one, keys: [{ ...key, storedIn: 'keychain' }, key] })).toBe(
      'in memory, until Gatewatch ends',
    )
    expect(virtualKeyWord({ ...one, keys: [{ ...key, storedIn: '' }] })).toBe('not found')
    expect(virtualKeyWord({ ...one, enabled: false, keys: [{ ...key, storedIn: '' }] })).toBe('not looked up')
    const master = { hasMasterKey: true, enabled: true }
    expect(masterKeyWord({ ...master, masterKeyStoredIn: 'memory' })).toBe('in memory, until Gatewatch ends')
    expect(masterKeyWord({ ...master, masterKeyStoredIn: '' })).toBe('not found')
    expect(masterKeyWord({ ...master, masterKeyStoredIn: 'keychain' })).toBe('stored')
  })
})
