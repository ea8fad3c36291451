import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { BridgeError } from '../bridge/errors'
import { worldOf } from '../bridge/fakeWorld'
import { aGateway, aKey, anAlert, anEvent, aProvider, aTask, usd } from '../bridge/fixtures'
import { SECTIONS } from '../features/settings'
import { go } from '../lib/route'
import { aLive, byId, openWindow } from '../test/render'

const prod = aGateway({ id: 'prod', lastEventAt: Date.now() })
let stop = () => {}
afterEach(() => stop())

async function open(...of: Parameters<typeof openWindow>) {
  const opened = await openWindow(...of)
  stop = opened.stop
  return { user: userEvent.setup(), ...opened }
}

describe('the window', () => {
  it('says what to do when there is no gateway, and takes the demo', async () => {
    const { user, bridge } = await open(aLive())
    expect(screen.getByRole('heading', { name: 'No gateway yet.' })).toBeTruthy()
    expect(screen.getByText('Connect one, or look around with demo data.')).toBeTruthy()
    const again = screen.getByRole<HTMLButtonElement>('button', { name: 'Read again now' })
    expect([again.disabled, again.title]).toEqual([
      true,
      'No gateway is connected: there is nothing to read.',
    ])
    await user.click(screen.getByRole('button', { name: 'Demo' }))
    expect(bridge.calls.find((call) => call.startsWith('Gateways.Save'))).toContain('"demo":true')
    expect(await screen.findByText('Demo data')).toBeTruthy()
  })

  it('opens the page that a notification points to', async () => {
    const { bridge } = await open(worldOf('busy', Date.now()))
    act(() => bridge.pushRoute('/alerts?id=a2'))
    expect(await screen.findByRole('complementary', { name: /agents-prod has used 96 %/ })).toBeTruthy()
  })

  it('is no text: Ctrl+A selects nothing outside of a field', async () => {
    await open(aLive({ gateways: byId(prod) }), '/alerts')
    expect(fireEvent.keyDown(document.body, { key: 'a', ctrlKey: true })).toBe(false)
    expect(fireEvent.keyDown(await screen.findByRole('searchbox'), { key: 'a', ctrlKey: true })).toBe(true)
  })

  it('has one current item: going on by keys takes the focus along', async () => {
    await open(aLive({ gateways: byId(prod) }), '/now')
    const item = (name: string) =>
      within(screen.getByRole('navigation', { name: 'Pages' })).getByRole('link', { name })
    act(() => item('Now').focus())
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'g' })
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'i' })
    expect(document.activeElement).toBe(item('Incidents'))
  })

  it('goes back and forward by keys and by the buttons of a mouse', async () => {
    await open(aLive({ gateways: byId(prod) }), '/now')
    const went = vi.spyOn(window.history, 'go').mockImplementation(() => {})
    fireEvent.keyDown(document.body, { key: 'ArrowLeft', altKey: true })
    fireEvent.keyDown(document.body, { key: 'ArrowRight', altKey: true })
    fireEvent.mouseUp(document.body, { button: 3 })
    fireEvent.mouseUp(document.body, { button: 4 })
    fireEvent.mouseUp(document.body, { button: 0 })
    expect(went.mock.calls).toEqual([[-1], [1], [-1], [1]])
    went.mockRestore()
  })

  it('says that it is painted and whether it is looked at', async () => {
    const { bridge } = await open(aLive({ gateways: byId(prod) }))
    await waitFor(() => expect(bridge.calls).toContain('App.Ready()'))
    expect(bridge.calls.some((call) => call.startsWith('App.SetVisibility('))).toBe(true)
  })

  it('dims what is old and says since when', async () => {
    let asked = 0
    const live = aLive({ gateways: byId(prod) })
    const { bridge } = await open(live, '/now', {
      answers: {
        Live: {
          Snapshot: async () => {
            if (asked++ > 0) throw new BridgeError('unavailable', 'Gatewatch does not answer.')
            return { seq: 1, live, version: '', demo: false }
          },
        },
      },
    })
    act(() => bridge.pushFrame({ seq: 7, delta: {} }))
    expect(await screen.findByText('This window is not current.')).toBeTruthy()
    expect(screen.getAllByText('Not current').length).toBeGreaterThan(0)
  })

  it('reads out a new critical alert once, and no numbers', async () => {
    const { bridge } = await open(aLive({ gateways: byId(prod) }))
    const assertive = document.querySelector('[aria-live="assertive"]')
    expect(assertive?.textContent).toBe('')
    act(() =>
      bridge.push({
        alerts: byId(
          anAlert({ id: 'x', gateway: 'prod', title: 'OpenAI is unhealthy', severity: 'critical' }),
        ),
      }),
    )
    expect(assertive?.textContent).toBe('OpenAI is unhealthy')
    act(() => bridge.push({ alerts: byId(anAlert({ id: 'y', gateway: 'prod', title: 'only a warning' })) }))
    expect(assertive?.textContent).toBe('OpenAI is unhealthy')
  })

  it('shows whatever a gateway names as text', async () => {
    const evil = '<img src=x onerror="document.title=1"> \u202Eevil\u0007\n{{x}}'
    await open(
      aLive({
        gateways: byId({ ...prod, label: evil }),
        keys: byId(aKey({ gateway: 'prod', key: '1', name: evil, total: usd(1), limit: usd(2) })),
        providers: byId(
          aProvider({ gateway: 'prod', provider: '1', name: evil, health: 'unhealthy', error: evil }),
        ),
        tasks: byId(aTask({ gateway: 'prod', task: evil, model: evil, message: evil })),
        alerts: byId(anAlert({ id: 'a', gateway: 'prod', title: evil, body: evil })),
      }),
    )
    expect(document.querySelectorAll('img[src="x"], [onerror]')).toHaveLength(0)
    const shown = [...document.querySelectorAll('bdi')].filter((element) =>
      element.textContent?.includes('onerror'),
    )
    expect(shown.length).toBeGreaterThan(4)
    expect(document.title).not.toBe('1')
  })

  it('goes on when a page breaks, and logs it', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {}) // React says what the boundary caught
    const broken = {
      ...aProvider({ gateway: 'prod', provider: '1' }),
      healthTimeline: null as unknown as string,
    }
    const { bridge, user } = await open(aLive({ gateways: byId(prod), providers: byId(broken) }))
    expect(screen.getByText('This page could not be drawn.')).toBeTruthy()
    expect(bridge.calls.some((call) => call.startsWith('App.LogError('))).toBe(true)
    await user.click(screen.getByRole('link', { name: /Connections/ }))
    expect(await screen.findByRole('heading', { name: 'Connections' })).toBeTruthy()
  })

  it('goes to a page by two keys, not from within a field', async () => {
    const { user } = await open(worldOf('busy', Date.now()))
    await user.keyboard('gs')
    expect(await screen.findByRole('heading', { level: 1, name: 'Spend' })).toBeTruthy()
    await user.keyboard('/')
    expect(document.activeElement).toBe(screen.getByRole('searchbox', { name: 'Find a key' }))
    await user.keyboard('ga')
    expect(screen.getByRole('heading', { level: 1, name: 'Spend' })).toBeTruthy()
    await user.keyboard('{Escape}{Escape}')
    await user.keyboard('?')
    expect(await screen.findByRole('dialog', { name: 'Keys' })).toBeTruthy()
  })

  it('finds parts of the settings in the palette, and goes to them', async () => {
    const seen: (string | null)[] = []
    HTMLElement.prototype.scrollIntoView = function () {
      seen.push(this.textContent)
    }
    const { user } = await open(worldOf('busy', Date.now()))
    await user.click(screen.getByRole('button', { name: /Search or do anything/ }))
    await user.type(await screen.findByPlaceholderText('Search or do anything…'), 'wipe')
    await user.click(await screen.findByText('History'))
    await waitFor(() => expect(seen).toContain('History'))
    // Each part is there.
    const titles = screen.getAllByRole('heading', { level: 2 }).map((one) => one.textContent)
    for (const [title] of SECTIONS) expect(titles).toContain(title)
  })

  it('keeps an appearance that the palette was asked for, and nothing else is changed', async () => {
    const { user, bridge } = await open(worldOf('busy', Date.now()))
    const before = await bridge.Settings.Get()
    await user.click(screen.getByRole('button', { name: /Search or do anything/ }))
    await user.type(await screen.findByPlaceholderText('Search or do anything…'), 'dark')
    await user.click(await screen.findByRole('button', { name: 'Dark appearance' }))
    const look = () => document.documentElement.getAttribute('data-mantine-color-scheme')
    await waitFor(() => expect(look()).toBe('dark'))
    await waitFor(async () =>
      expect(await bridge.Settings.Get()).toEqual({
        ...before,
        appearance: { ...before.appearance, theme: 'dark' },
      }),
    )
    act(() => go('settings'))
    const chosen = await screen.findByRole<HTMLInputElement>('radio', { name: 'Dark' })
    await waitFor(() => expect(chosen.checked).toBe(true))
  })

  it('tells alerts of one name apart in the palette', async () => {
    const alike = { gateway: 'prod', title: 'Research has used 76 %', severity: 'warning', status: 'firing' }
    const { user } = await open(
      aLive({
        gateways: byId(prod),
        alerts: byId(
          anAlert({ ...alike, id: 'a', body: 'Threshold 75 %.' }),
          anAlert({ ...alike, id: 'b', body: 'Threshold 60 %.' }),
        ),
      }),
    )
    await user.click(screen.getByRole('button', { name: /Search or do anything/ }))
    await user.type(await screen.findByPlaceholderText('Search or do anything…'), 'research')
    await screen.findByText(/^Alert · Warning, since .* · Threshold 75 %\.$/)
    await screen.findByText(/^Alert · Warning, since .* · Threshold 60 %\.$/)
    await user.keyboard('{Escape}')
  })

  it('finds alerts in the palette, the gravest first, and those that are over after those that are not', async () => {
    const alike = { gateway: 'prod', title: 'openai is unhealthy' } as const
    const { user } = await open(
      aLive({
        gateways: byId(prod),
        alerts: byId(
          anAlert({ ...alike, id: 'o', severity: 'critical', status: 'resolved', since: 9 }),
          anAlert({ ...alike, id: 'w', severity: 'warning', status: 'firing', since: 5 }),
          anAlert({ ...alike, id: 'c', severity: 'critical', status: 'firing', since: 1 }),
        ),
      }),
    )
    await user.click(screen.getByRole('button', { name: /Search or do anything/ }))
    await user.type(await screen.findByPlaceholderText('Search or do anything…'), 'unhealthy')
    const found = await screen.findAllByText(/^Alert.* since /)
    expect(found.map((one) => one.textContent?.split(', since')[0])).toEqual([
      'Alert · Critical',
      'Alert · Warning',
      'Alert, over · Critical',
    ])
    const [gravest] = found
    if (!gravest) throw new Error('none was found')
    await user.click(gravest)
    expect(window.location.hash).toBe('#/alerts/c')
  })

  it('finds a key in the palette', async () => {
    const { user } = await open(worldOf('busy', Date.now()))
    await user.click(screen.getByRole('button', { name: /Search or do anything/ }))
    await user.type(await screen.findByPlaceholderText('Search or do anything…'), 'crawler')
    await user.click(await screen.findByText(/Virtual key · prod · \$187.20/))
    expect(await screen.findByRole('complementary', { name: 'Virtual key crawler' })).toBeTruthy()
  })

  it('mutes, shows how long, and unmutes', async () => {
    const { user, bridge } = await open(aLive({ gateways: byId(prod) }))
    await user.click(screen.getByRole('button', { name: 'Mute notifications' }))
    await user.click(await screen.findByRole('menuitem', { name: '1 hour' }))
    expect(bridge.calls.find((call) => call.startsWith('Alerts.SilenceAll'))).toMatch(
      /^Alerts\.SilenceAll\(\d{13},false\)$/,
    )
    await user.click(await screen.findByRole('button', { name: /^Muted, \d+ (min|h)/ }))
    await user.click(await screen.findByRole('menuitem', { name: 'Unmute' }))
    expect(await screen.findByRole('button', { name: 'Mute notifications' })).toBeTruthy()
  })

  it('looks at one gateway only', async () => {
    const { user } = await open(worldOf('busy', Date.now()), '/spend')
    expect(screen.getByRole('table', { name: 'Virtual keys' }).getAttribute('aria-rowcount')).toBe('18')
    await user.click(screen.getByRole('button', { name: 'Gateway: All gateways' }))
    await user.click(await screen.findByRole('menuitem', { name: 'staging' }))
    await waitFor(() =>
      expect(screen.getByRole('table', { name: 'Virtual keys' }).getAttribute('aria-rowcount')).toBe('2'),
    )
  })
})

describe('alerts', () => {
  it('are acknowledged and snoozed by keys', async () => {
    const { user, bridge } = await open(worldOf('busy', Date.now()), '/alerts')
    const table = screen.getByRole('table', { name: 'Alerts' })
    const rows = within(table).getAllByRole('row')
    rows[1]?.focus()
    await user.keyboard('a')
    expect(bridge.calls.some((call) => /^Alerts\.Acknowledge\("a[12]",""\)$/.test(call))).toBe(true)
    within(table).getAllByRole('row')[1]?.focus()
    await user.keyboard('s')
    expect(bridge.calls.some((call) => /^Alerts\.Silence\("a\d",60,false\)$/.test(call))).toBe(true)
  })

  it('show why a notification was sent or held back, and take a note', async () => {
    const { user, bridge } = await open(worldOf('busy', Date.now()), '/alerts/a2')
    const panel = within(await screen.findByRole('complementary'))
    expect(await panel.findByText('You were told')).toBeTruthy()
    await user.click(panel.getByRole('button', { name: '…with a note' }))
    await user.type(panel.getByRole('textbox', { name: 'Note' }), 'Topping up')
    await user.click(panel.getByRole('button', { name: 'Acknowledge with this note' }))
    expect(bridge.calls).toContain('Alerts.Acknowledge("a2","Topping up")')
    expect((await panel.findAllByText('Topping up')).length).toBeGreaterThan(0)
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('complementary')).toBeNull())
  })

  it('say what went wrong when it cannot be done', async () => {
    const { user } = await open(worldOf('busy', Date.now()), '/alerts/a2', {
      answers: {
        Alerts: {
          Acknowledge: async () => {
            throw new BridgeError('usage', 'This alert is gone.')
          },
        },
      },
    })
    const panel = within(await screen.findByRole('complementary'))
    await user.click(panel.getByRole('button', { name: 'Acknowledge' }))
    expect(await screen.findByText('This alert is gone.')).toBeTruthy()
  })
})

describe('tasks', () => {
  it('are cleared, and a result is opened outside, never loaded', async () => {
    const { user, bridge } = await open(worldOf('busy', Date.now()), '/tasks')
    await user.click((await screen.findAllByRole('button', { name: 'Open result' }))[0] as HTMLElement)
    expect(bridge.calls.some((call) => call.startsWith('App.OpenExternal("https://media.example.com/'))).toBe(
      true,
    )
    expect(document.querySelector('[src*="media.example.com"], [href*="media.example.com"]')).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Clear finished' }))
    expect(bridge.calls).toContain('Tasks.ClearFinished("")')
    expect(await screen.findByText('Nothing finished lately.')).toBeTruthy()
  })
})

describe('events', () => {
  it('wait behind a pill while the pointer is in the list', async () => {
    const live = aLive({
      gateways: byId(prod),
      events: { '9': anEvent({ seq: 9, text: 'the first', at: Date.now() }) },
    })
    const { user, bridge } = await open(live, '/events')
    expect(await screen.findByText('the first')).toBeTruthy()
    fireEvent.pointerEnter(screen.getByText('the first'))
    act(() => bridge.push({ events: { '10': anEvent({ seq: 10, text: 'the second', at: Date.now() }) } }))
    expect(screen.queryByText('the second')).toBeNull()
    await user.click(await screen.findByRole('button', { name: '1 new' }))
    expect(await screen.findByText('the second')).toBeTruthy()
  })

  it('are narrowed by sort and text', async () => {
    const live = aLive({
      gateways: byId(prod),
      events: {
        '1': anEvent({ seq: 1, text: 'Key a spent' }),
        '2': anEvent({ seq: 2, kind: 'unrecognised', severity: 'warning', text: 'Hub x sent OnQuotaHint' }),
      },
    })
    const { user } = await open(live, '/events', {
      answers: { History: { Events: async () => ({ events: [], next: 0 }) } },
    })
    await user.click(screen.getByRole('button', { name: 'Unrecognised' }))
    await waitFor(() => expect(screen.queryByText('Key a spent')).toBeNull())
    expect(screen.getByText('Hub x sent OnQuotaHint')).toBeTruthy()
    await user.type(screen.getByRole('searchbox'), 'nothing like it')
    expect(await screen.findByText('No event fits.')).toBeTruthy()
  })

  it('are shown although the history cannot be read', async () => {
    const live = aLive({ gateways: byId(prod), events: { '1': anEvent({ seq: 1, text: 'Key a spent' }) } })
    await open(live, '/events', {
      answers: {
        History: {
          Events: async () => {
            throw new BridgeError('internal', 'the file is damaged')
          },
        },
      },
    })
    expect(
      await screen.findByText(/The history cannot be read \(the file is damaged\)/, {}, { timeout: 5000 }),
    ).toBeTruthy()
    expect(screen.getByText('Key a spent')).toBeTruthy()
  })
})
