import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fakeSettings } from '../../bridge/fakeSettings'
import { worldOf } from '../../bridge/fakeWorld'
import { queryKeys } from '../../bridge/queries'
import { go } from '../../lib/route'
import { openWindow } from '../../test/render'
import { labelOf } from './fieldLabels'
import { fromForm, refusedFields, toForm, validateForm } from './form'

let stop = () => {}
afterEach(() => stop())

async function open(...of: Parameters<typeof openWindow>) {
  const opened = await openWindow(...of)
  stop = opened.stop
  return { user: userEvent.setup(), ...opened }
}

describe('settings', () => {
  it('come back from the form as they went in', async () => {
    const { bridge } = await open(worldOf('calm', Date.now()), '/settings')
    const view = await bridge.Settings.Get()
    const odd = {
      ...view,
      thresholds: { warning: 0.8, critical: 0.95, all: [0.5, 0.8, 0.95] },
      minBudget: 2_500_000_000,
    }
    const { file: _, problems: __, own: ___, loginAsked: ____, textSize: _____, ...input } = odd
    expect(fromForm(toForm(odd))).toEqual(input)
  })

  it('are checked, then saved', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    const warning = await screen.findByLabelText('Warning at')
    await user.clear(warning)
    await user.type(warning, '95')
    await user.click(await screen.findByRole('button', { name: 'Save' }))
    expect(await screen.findByText('Must be above the warning.')).toBeTruthy()
    await user.clear(warning)
    await user.type(warning, '80')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() =>
      expect(
        bridge.calls.some((call) =>
          call.startsWith('Settings.Save({"thresholds":{"warning":0.8,"critical":0.9,"all":[0.8,0.9]}'),
        ),
      ).toBe(true),
    )
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Save' })).toBeNull())
  })

  it('say that the history was wiped, and when', async () => {
    const { user } = await open(worldOf('calm', Date.now()), '/settings')
    await user.click(await screen.findByRole('button', { name: 'Wipe the history…' }))
    expect(screen.queryByText(/^Wiped at/)).toBeNull()
    await user.click(await screen.findByRole('button', { name: 'Wipe' }))
    expect(await screen.findByText(/^Wiped at \d/)).toBeTruthy()
  })

  it('are imported after a look at what is and what would be; what cannot be read is said of the text', async () => {
    const { user } = await open(worldOf('calm', Date.now()), '/settings')
    await user.click(await screen.findByRole('button', { name: 'Import settings…' }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Import settings' }))
    const text = dialog.getByLabelText('Or paste its text')
    await user.click(text)
    await user.paste('garbage = [[[')
    await user.click(dialog.getByRole('button', { name: 'See what changes' }))
    await dialog.findByText(/line 1 of the text cannot be read/)
    expect(text.getAttribute('aria-invalid')).toBe('true')
    await user.clear(text)
    await user.paste("theme = 'dark'")
    expect(dialog.queryByText(/cannot be read/)).toBeNull()
    await user.click(dialog.getByRole('button', { name: 'See what changes' }))
    await dialog.findByRole('row', { name: 'window.theme auto dark' })
  })

  it('that cannot be saved are gone to, and counted', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    const more = await screen.findByLabelText('More thresholds')
    await user.type(more, 'abc')
    await user.type(screen.getByLabelText('Client certificate'), 'x')
    const gone = vi.fn()
    HTMLElement.prototype.scrollIntoView = gone
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(document.activeElement).toBe(more))
    expect(gone.mock.instances[0]).toBe(more)
    expect(screen.getByText('Not saved: 2 fields cannot be as they are.')).toBeTruthy()
    expect(bridge.calls.some((call) => call.startsWith('Settings.Save'))).toBe(false)
    await user.clear(more)
    expect(screen.getByText('Not saved: 1 field cannot be as it is.')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Its key')))
  })

  it('say at the switch that quiet hours without a time keep nothing quiet, and are not saved so', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    const panel = within(await screen.findByRole('region', { name: 'Quiet hours' }))
    const quiet = panel.getByRole('switch', { name: 'Keep quiet at these times' })
    await user.click(quiet)
    expect(panel.queryByText(/No time is set yet/)).toBeNull()
    await user.click(panel.getByRole('button', { name: 'Remove this time' }))
    expect(panel.getByText(/No time is set yet/)).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect(await panel.findByText(/^Add a time: without one/)).toBeTruthy()
    await waitFor(() => expect(document.activeElement).toBe(quiet))
    expect(bridge.calls.some((call) => call.startsWith('Settings.Save'))).toBe(false)
    await user.click(panel.getByRole('button', { name: 'Add a time' }))
    expect(panel.queryByText(/^Add a time: without one/)).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(bridge.calls.some((call) => call.startsWith('Settings.Save'))).toBe(true))
  })

  it('are what the next change is made to once they are saved, also if they were read before that ended', async () => {
    const { user, bridge, client } = await open(worldOf('calm', Date.now()), '/settings')
    const save = bridge.Settings.Save
    bridge.Settings.Save = async (input) => {
      await save(input)
      // Something else has them read while Save is not answered yet.
      await act(() => client.refetchQueries({ queryKey: queryKeys.settings }))
      await act(() => new Promise((done) => setTimeout(done, 20)))
    }
    const quiet = await screen.findByRole('switch', { name: 'Keep quiet at these times' })
    for (const on of [true, false]) {
      await user.click(quiet)
      await user.click(await screen.findByRole('button', { name: 'Save' }))
      await waitFor(() => expect(screen.queryByRole('button', { name: 'Save' })).toBeNull())
      expect((await bridge.Settings.Get()).quietHours.enabled).toBe(on)
    }
  })

  it('keep what is typed while they are saved', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    const save = bridge.Settings.Save
    let done = () => {}
    bridge.Settings.Save = async (input) => {
      await new Promise<void>((resolve) => {
        done = resolve
      })
      await save(input)
    }
    await user.click(await screen.findByRole('switch', { name: 'Keep quiet at these times' }))
    await user.click(await screen.findByRole('button', { name: 'Save' }))
    const key = screen.getByLabelText<HTMLInputElement>('Key that it is signed with')
    await user.type(key, 'abc')
    await act(async () => done())
    await waitFor(async () => expect((await bridge.Settings.Get()).quietHours.enabled).toBe(true))
    expect(await screen.findByText('Changes are not saved yet.')).toBeTruthy()
    expect(key.value).toBe('abc')
    expect((await bridge.Settings.Get()).updates.key).toBe('')
  })

  it('refuse a number below nothing, and none', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    const repeat = await screen.findByLabelText<HTMLInputElement>('Repeat a critical one after')
    await user.clear(repeat)
    expect(repeat.value).toBe('')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByText('From 0 to 48 h; 0 never repeats.')).toBeTruthy()
    expect(bridge.calls.some((call) => call.startsWith('Settings.Save'))).toBe(false)
    await user.type(repeat, '-4.5x')
    expect(repeat.value).toBe('-4.5 h')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByText('From 0 to 48 h; 0 never repeats.')).toBeTruthy()
    await user.clear(repeat)
    await user.type(repeat, '4.5')
    expect(repeat.value).toBe('4.5 h')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() =>
      expect(bridge.calls.some((call) => call.includes('"repeatIntervalMs":16200000'))).toBe(true),
    )
  })

  it('keep what is not saved when another page is opened, and the look goes back when it is discarded', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    const look = () => document.documentElement.getAttribute('data-mantine-color-scheme')
    const stored = await bridge.Settings.Get()
    await user.click(await screen.findByLabelText('Start at login'))
    await user.click(screen.getByRole('radio', { name: 'Light' }))
    await user.click(screen.getByRole('radio', { name: 'Dark' }))
    expect(look()).toBe('dark')
    act(() => go('spend'))
    await waitFor(() => expect(screen.queryByText('Changes are not saved yet.')).toBeNull())
    act(() => go('settings'))
    expect(await screen.findByText('Changes are not saved yet.')).toBeTruthy()
    expect((await screen.findByLabelText<HTMLInputElement>('Start at login')).checked).toBe(
      !stored.appearance.startAtLogin,
    )
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Dark' }).checked).toBe(true)
    await user.click(screen.getByRole('button', { name: 'Discard' }))
    await waitFor(() => expect(screen.queryByText('Changes are not saved yet.')).toBeNull())
    expect(look()).not.toBe('dark')
    act(() => go('spend'))
    act(() => go('settings'))
    expect((await screen.findByLabelText<HTMLInputElement>('Start at login')).checked).toBe(
      stored.appearance.startAtLogin,
    )
    expect(screen.queryByText('Changes are not saved yet.')).toBeNull()
  })

  it('say what is wrong with a number out of bounds, and make no other of it', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    const warning = await screen.findByLabelText<HTMLInputElement>('Warning at')
    await user.clear(warning)
    await user.type(warning, '-5')
    await user.tab()
    expect(warning.value).toBe('-5 %')
    await user.click(await screen.findByRole('button', { name: 'Save' }))
    expect(await screen.findByText('Between 1 and 100 %.')).toBeTruthy()
    expect(bridge.calls.some((call) => call.startsWith('Settings.Save('))).toBe(false)
  })

  it('mark the field that Gatewatch refused, with what is wrong', async () => {
    const { user } = await open(worldOf('calm', Date.now()), '/settings', {
      answers: {
        Settings: {
          Save: async () => {
            throw new Error(
              JSON.stringify({
                code: 'usage',
                message: 'These settings cannot be used. network.proxy: This must be an address.',
                fields: [
                  { path: 'network.proxy', message: 'This must be an address.' },
                  { path: 'network.ca_file', message: 'There is no such file.' },
                ],
              }),
            )
          },
        },
      },
    })
    const proxy = await screen.findByLabelText<HTMLInputElement>('Proxy')
    await user.type(proxy, 'http://proxy:3128')
    await user.click(await screen.findByRole('button', { name: 'Save' }))
    expect(await screen.findByText('This must be an address.')).toBeTruthy()
    expect(proxy.getAttribute('aria-invalid')).toBe('true')
    expect(await screen.findByText('There is no such file.')).toBeTruthy()
    expect(
      await screen.findByText(
        'Proxy: This must be an address. Certificate authorities: There is no such file.',
      ),
    ).toBeTruthy()
  })

  it('tell all that is wrong at once, also what only Gatewatch refused before', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    await user.type(await screen.findByLabelText('Proxy'), 'nonsense')
    await user.type(screen.getByLabelText('Address of the version file'), 'ftp://x')
    await user.type(screen.getByLabelText('More thresholds'), 'abc')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByText('Not saved: 3 fields cannot be as they are.')).toBeTruthy()
    for (const label of ['Proxy', 'Address of the version file', 'More thresholds'])
      expect(screen.getByLabelText(label).getAttribute('aria-invalid')).toBe('true')
    expect(bridge.calls.some((call) => call.startsWith('Settings.Save'))).toBe(false)
  })

  it('have a label for every field that can be wrong', async () => {
    const view = toForm(await fakeSettings().Get())
    const wrong = {
      ...view,
      warning: 0,
      critical: 0,
      more: 'x',
      minBudget: -1,
      notifications: { ...view.notifications, repeatHours: -1, perMinute: 0, perHour: 0 },
      network: { ...view.network, proxy: 'x', transports: [], clientCert: 'x' },
      quietHours: { ...view.quietHours, enabled: true, spans: [{ days: [], from: '', to: '' }] },
      updates: { daily: true, address: 'x', key: 'x' },
      reconnect: { schedule: '', max: 0 },
      retention: { events: 0, sums: 0, maxMegabytes: 0 },
    }
    const fields = Object.keys(validateForm(wrong))
    expect(fields.length).toBeGreaterThan(15)
    expect(fields.filter((field) => labelOf(field) === undefined)).toEqual([])
  })

  it('name a refused field as the form does', () => {
    const of = (path: string) => Object.keys(refusedFields([{ path, message: 'm' }]))[0]
    expect(of('alerts.thresholds.warning')).toBe('warning')
    expect(of('alerts.more_thresholds[1]')).toBe('more')
    expect(of('quiet_hours.spans[2].from')).toBe('quietHours.spans.2.from')
    expect(of('notifications.per_minute')).toBe('notifications.perMinute')
    expect(of('notifications.repeat')).toBe('notifications.repeatHours')
    expect(of('reconnect.schedule[3]')).toBe('reconnect.schedule')
    expect(of('network.ca_file')).toBe('network.caFile')
  })

  it('have a field for every switch and number of a notification', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    const before = (await bridge.Settings.Get()).notifications
    await user.click(await screen.findByRole('switch', { name: 'Also when it is over' }))
    const repeat = screen.getByLabelText('Repeat a critical one after')
    await user.clear(repeat)
    await user.type(repeat, '7')
    await user.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(bridge.calls.some((call) => call.startsWith('Settings.Save('))).toBe(true))
    const saved = bridge.calls.findLast((call) => call.startsWith('Settings.Save(')) ?? ''
    expect(JSON.parse(saved.slice('Settings.Save('.length, -1)).notifications).toEqual({
      ...before,
      sendResolved: !before.sendResolved,
      repeatIntervalMs: 7 * 3_600_000,
    })
  })

  it('send a real test and say what became of it', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings', {
      answers: {
        Settings: {
          TestNotification: async () => ({ delivered: false, driver: 'dbus', message: 'no service' }),
        },
      },
    })
    const panel = within(await screen.findByRole('region', { name: 'Notifications' }))
    await user.click(panel.getByRole('button', { name: 'Critical' }))
    expect(await panel.findByText('Not delivered: no service')).toBeTruthy()
    expect(bridge.calls).toContain('Settings.TestNotification("critical")')
  })

  it('show an appearance as soon as it is chosen', async () => {
    const { user } = await open(worldOf('calm', Date.now()), '/settings')
    const scheme = () => document.documentElement.getAttribute('data-mantine-color-scheme')
    await user.click(await screen.findByRole('radio', { name: 'Dark' }))
    await waitFor(() => expect(scheme()).toBe('dark'))
    await user.click(screen.getByRole('radio', { name: 'Light' }))
    await waitFor(() => expect(scheme()).toBe('light'))
  })

  it('switch a rule off', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    const rule = await screen.findByRole('switch', { name: 'Rule Task failed' })
    await user.click(rule)
    expect(bridge.calls.find((call) => call.startsWith('Alerts.SetRule'))).toContain(
      '"id":"task.failed","enabled":false',
    )
    await waitFor(() =>
      expect((screen.getByRole('switch', { name: 'Rule Task failed' }) as HTMLInputElement).checked).toBe(
        false,
      ),
    )
  })

  it("change a rule's numbers, and bring its own back", async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    const saved = () => bridge.calls.filter((call) => call.startsWith('Alerts.SetRule'))
    await user.click(await screen.findByRole('button', { name: 'Change Task failed' }))
    const form = screen.getByRole('group', { name: 'Numbers of Task failed' })
    const hold = within(form).getByLabelText('Must hold for')
    await user.clear(hold)
    await user.type(hold, '90')
    await user.click(within(form).getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(saved().at(-1)).toContain('"forMs":90000'))
    await waitFor(() => expect(screen.queryByRole('group', { name: 'Numbers of Task failed' })).toBeNull())
    await user.click(screen.getByRole('button', { name: 'Change Task failed' }))
    await user.click(await screen.findByRole('button', { name: "Use the rule's own" }))
    await waitFor(() => expect(saved().at(-1)).toContain('"forMs":-1'))
  })

  it('keep what was typed of one rule while another is changed', async () => {
    const { user, bridge } = await open(worldOf('calm', Date.now()), '/settings')
    await user.click(await screen.findByRole('button', { name: 'Change Task failed' }))
    const hold = screen.getByLabelText<HTMLInputElement>('Must hold for')
    await user.clear(hold)
    await user.type(hold, '33')
    const others = screen.getAllByRole('switch', { name: /^Rule / })
    const other = others.find((one) => one.getAttribute('aria-label') !== 'Rule Task failed')
    if (!other) throw new Error('there is one rule only')
    await user.click(other)
    await waitFor(() => expect(bridge.calls.some((call) => call.startsWith('Alerts.SetRule'))).toBe(true))
    await waitFor(() => expect((other as HTMLInputElement).disabled).toBe(false))
    await user.click(screen.getAllByRole('button', { name: /^Change (?!Task failed|the )/ })[0] as Element)
    expect(hold.isConnected).toBe(true)
    expect(hold.value).toBe('33 s')
  })
})
