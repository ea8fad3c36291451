import { notifications } from '@mantine/notifications'
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { aGateway, anAlert } from '../../bridge/fixtures'
import { go } from '../../lib/route'
import { aLive, byId, openWindow } from '../../test/render'

let stop = () => {}
afterEach(() => stop())

async function open() {
  const live = aLive({
    gateways: byId(aGateway({ id: 'prod' })),
    alerts: byId(
      anAlert({ id: 'a', gateway: 'prod', title: 'First', severity: 'warning' }),
      anAlert({ id: 'b', gateway: 'prod', title: 'Second', severity: 'warning' }),
    ),
  })
  const opened = await openWindow(live, '/alerts')
  stop = opened.stop
  return { user: userEvent.setup(), ...opened }
}

describe('acknowledging several alerts', () => {
  it('takes those that are shown, and none that waits to be shown', async () => {
    const { user, bridge } = await open()
    const table = await screen.findByRole('table', { name: 'Alerts' })
    await user.hover(within(table).getByText('First'))
    bridge.push({ alerts: byId(anAlert({ id: 'c', gateway: 'prod', title: 'Third', severity: 'critical' })) })
    await screen.findByRole('button', { name: '1 new' })
    // By the keyboard: the pointer stays where it is.
    fireEvent.click(screen.getByRole('button', { name: 'Acknowledge all…' }))
    const form = within(await screen.findByRole('form', { name: 'Acknowledge several' }))
    expect(document.activeElement).toBe(form.getByRole('textbox'))
    fireEvent.click(form.getByRole('button', { name: 'Acknowledge these' }))
    await waitFor(() => expect(bridge.calls).toContain('Alerts.AcknowledgeEach(["a","b"],"")'))
  })

  it('selects each by its name', async () => {
    const { user } = await open()
    await user.click(await screen.findByRole('button', { name: 'Select' }))
    await user.click(screen.getByRole('checkbox', { name: 'Select Second' }))
    expect(screen.getByRole('button', { name: 'Acknowledge 1 selected…' })).toBeTruthy()
  })
})

describe('what is selected', () => {
  const table = () => within(screen.getByRole('table', { name: 'Alerts' }))
  const choose = async (user: ReturnType<typeof userEvent.setup>) => {
    await user.click(await screen.findByRole('button', { name: 'Select' }))
    await user.click(screen.getByRole('checkbox', { name: 'Select Second' }))
    await user.click(screen.getByRole('button', { name: 'Acknowledge 1 selected…' }))
    await screen.findByRole('form', { name: 'Acknowledge several' })
  }

  it('is of one list: in another none is, nor back again', async () => {
    const { user, bridge } = await open()
    bridge.push({ alerts: byId(anAlert({ id: 'r', gateway: 'prod', title: 'Over', status: 'resolved' })) })
    await choose(user)
    await user.click(screen.getByRole('button', { name: /^Resolved/ }))
    await table().findByText('Over')
    expect(screen.queryByRole('form', { name: 'Acknowledge several' })).toBeNull()
    expect(screen.queryByRole('checkbox')).toBeNull()
    await user.click(screen.getByRole('button', { name: /^Open/ }))
    await table().findByText('Second')
    expect(screen.queryByRole('form', { name: 'Acknowledge several' })).toBeNull()
    expect(screen.queryByRole('checkbox')).toBeNull()
  })

  it('is in sight: what a search hides is not acknowledged', async () => {
    const { user } = await open()
    await choose(user)
    await user.type(screen.getByRole('searchbox', { name: 'Find an alert' }), 'First')
    await waitFor(() => expect(table().queryByText('Second')).toBeNull())
    expect(screen.queryByRole('form', { name: 'Acknowledge several' })).toBeNull()
    expect(screen.getByRole('button', { name: 'Acknowledge 0 selected…' })).toBeTruthy()
  })
})

describe('a note', () => {
  it('says how much room is left when there is little', async () => {
    const { user } = await open()
    await user.click(await screen.findByRole('button', { name: 'Select' }))
    await user.click(screen.getByRole('checkbox', { name: 'Select Second' }))
    await user.click(screen.getByRole('button', { name: 'Acknowledge 1 selected…' }))
    const form = within(await screen.findByRole('form', { name: 'Acknowledge several' }))
    const note = form.getByRole('textbox')
    fireEvent.change(note, { target: { value: 'x'.repeat(470) } })
    const said = form.getByText('30 characters left')
    expect(note.getAttribute('aria-describedby')?.split(' ')).toContain(said.id)
  })
})

describe('Escape while alerts are selected', () => {
  it('leaves an empty note, then the selection', async () => {
    const { user } = await open()
    await user.click(await screen.findByRole('button', { name: 'Select' }))
    await user.click(screen.getByRole('checkbox', { name: 'Select Second' }))
    await user.click(screen.getByRole('button', { name: 'Acknowledge 1 selected…' }))
    await screen.findByRole('form', { name: 'Acknowledge several' })
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('form', { name: 'Acknowledge several' })).toBeNull())
    await user.click(screen.getByRole('button', { name: 'Select' }))
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('checkbox')).toBeNull())
  })
})

describe('the keys of an alert that is open', () => {
  it('work wherever the focus is, and also once it is acknowledged', async () => {
    const { user, bridge } = await open()
    act(() => go('alerts', 'a'))
    await screen.findByRole('complementary', { name: 'Alert First' })
    await user.keyboard('a')
    await waitFor(() => expect(bridge.calls).toContain('Alerts.Acknowledge("a","")'))
    bridge.push({
      alerts: byId(
        anAlert({
          id: 'a',
          gateway: 'prod',
          title: 'First',
          severity: 'warning',
          status: 'acknowledged',
          acked: true,
        }),
      ),
    })
    await screen.findByRole('button', { name: 'Take back acknowledgement' })
    await user.keyboard('S')
    await waitFor(() => expect(bridge.calls).toContain('Alerts.Silence("a",60,false)'))
    const notice = (await screen.findByText(/^Snoozed for an hour/)).closest('[role="alert"]')
    expect(notice?.textContent).toContain('First')
    await user.click(within(notice as HTMLElement).getByRole('button', { name: 'Undo' }))
    await waitFor(() => expect(bridge.calls).toContain('Alerts.ExpireSilence("a")'))
  })
})

describe('a half-typed note', () => {
  it('stays with its alert, and waits there', async () => {
    const { user, bridge } = await open()
    const panel = (title: string) => screen.findByRole('complementary', { name: `Alert ${title}` })
    act(() => go('alerts', 'a'))
    await user.click(within(await panel('First')).getByRole('button', { name: '…with a note' }))
    await user.type(within(await panel('First')).getByRole('textbox'), 'precious')
    act(() => go('alerts', 'b'))
    expect(within(await panel('Second')).queryByRole('textbox')).toBeNull()
    act(() => go('spend'))
    await screen.findByRole('heading', { name: 'Spend' })
    act(() => go('alerts', 'a'))
    const note = within(await panel('First')).getByRole<HTMLTextAreaElement>('textbox')
    expect(note.value).toBe('precious')
    await user.type(note, '{Control>}{Enter}{/Control}')
    await waitFor(() => expect(bridge.calls).toContain('Alerts.Acknowledge("a","precious")'))
  })
})

describe('acknowledging by a key', () => {
  it('names what it was, and can be taken back', async () => {
    const { user, bridge } = await open()
    const table = within(await screen.findByRole('table', { name: 'Alerts' }))
    const row = table.getByText('Second').closest<HTMLElement>('[data-index]')
    act(() => row?.focus())
    await user.keyboard('a')
    await waitFor(() => expect(bridge.calls).toContain('Alerts.Acknowledge("b","")'))
    const said = await screen.findByText('Acknowledged:', { exact: false })
    expect(said.textContent).toBe('Acknowledged: Second')
    await user.click(screen.getByRole('button', { name: 'Undo' }))
    await waitFor(() => expect(bridge.calls).toContain('Alerts.Unacknowledge("b")'))
  })
})

describe('Escape', () => {
  it('closes a menu of the panel, and only then the panel', async () => {
    const { user } = await open()
    const table = within(await screen.findByRole('table', { name: 'Alerts' }))
    await user.click(table.getByText('First'))
    const panel = await screen.findByRole('complementary', { name: 'Alert First' })
    await user.click(within(panel).getByRole('button', { name: 'Snooze' }))
    await screen.findByRole('menu')
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull())
    expect(screen.getByRole('complementary', { name: 'Alert First' })).toBeTruthy()
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('complementary', { name: 'Alert First' })).toBeNull())
  })
})

describe('what is said in the window in front', () => {
  const told = anAlert({
    id: 'c',
    gateway: 'prod',
    title: 'Third',
    status: 'firing',
    notifyReason: 'held: the window is in front',
  })

  it.each([
    ['is acknowledged', { ...told, acked: true }],
    ['is over', { ...told, status: 'resolved' }],
    ['is gone', null],
  ])('leaves when the alert %s', async (_, then) => {
    const { bridge } = await open()
    bridge.push({ alerts: { c: told } })
    await screen.findByRole('button', { name: 'Open the alert' })
    bridge.push({ alerts: { c: then } })
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Open the alert' })).toBeNull())
  })

  it('is closed by a key, and by opening its alert', async () => {
    const { user, bridge } = await open()
    const closed = () =>
      waitFor(() => expect(screen.queryByRole('button', { name: 'Open the alert' })).toBeNull())
    bridge.push({ alerts: { c: told } })
    await screen.findByRole('button', { name: 'Open the alert' })
    await user.keyboard('x')
    await closed()
    bridge.push({ alerts: { d: { ...told, id: 'd' } } })
    await screen.findByRole('button', { name: 'Open the alert' })
    act(() => go('alerts', 'd'))
    await closed()
  })

  it('does not stay for ever', async () => {
    const { bridge } = await open()
    const shown = vi.spyOn(notifications, 'show')
    bridge.push({
      alerts: { c: { ...told, severity: 'warning' }, e: { ...told, id: 'e', severity: 'critical' } },
    })
    await waitFor(() => expect(shown).toHaveBeenCalledTimes(2))
    expect(shown.mock.calls.map(([one]) => one.autoClose)).toEqual([20_000, 60_000])
    shown.mockRestore()
  })
})
