import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it } from 'vitest'
import { BridgeError } from '../../bridge/errors'
import { worldOf } from '../../bridge/fakeWorld'
import { aGateway } from '../../bridge/fixtures'
import { scopeStore, setScope } from '../../live/scope'
import { aLive, byId, openWindow } from '../../test/render'
import { checkWebhook } from './WebhooksField'

let stop = () => {}
afterEach(() => stop())

async function open(...of: Parameters<typeof openWindow>) {
  const opened = await openWindow(...of)
  stop = opened.stop
  return { user: userEvent.setup(), ...opened }
}

describe('checkWebhook', () => {
  const shape = 'This must be an address such as https://hooks.example.com/spend'
  const more = 'A webhook is known by its host and path: leave credentials and everything from “?” on out.'
  it.each([
    ['https://hooks.example.com/spend', null],
    [' http://127.0.0.1:9000/ ', null],
    ['', null],
    ['hooks.example.com', shape],
    ['ftp://hooks.example.com/', shape],
    ['https:hooks.example.com', shape],
    ['https:///spend', shape],
    [`https://hooks.example.com/${'a'.repeat(2000)}`, shape],
    ['https://me:secret@hooks.example.com/', more],
    ['https://hooks.example.com/?token=abc', more],
    ['https://hooks.example.com/#abc', more],
  ])('%s', (text, answer) => expect(checkWebhook(text)).toBe(answer))
})

describe('the form of a gateway', () => {
  it('adds and removes webhooks, and says which cannot be one', async () => {
    const { user, bridge } = await open(worldOf('busy', Date.now()), '/connections/prod')
    const form = within(await screen.findByRole('dialog', { name: 'Edit prod' }))
    const add = form.getByRole('button', { name: 'Add a webhook' })
    await user.click(add)
    await user.type(form.getByLabelText('Webhook 1'), 'https://hooks.example.com/a?token=abc')
    await user.click(add)
    await user.type(form.getByLabelText('Webhook 2'), ' https://hooks.example.com/b ')
    await user.click(add)
    await user.click(form.getByRole('button', { name: 'Save' }))
    expect(await form.findByText(/everything from “\?” on out/)).toBeTruthy()
    expect(bridge.calls.some((call) => call.startsWith('Gateways.Save'))).toBe(false)
    await user.click(form.getByRole('button', { name: 'Remove webhook 1' }))
    await user.click(form.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(bridge.calls.some((call) => call.startsWith('Gateways.Save'))).toBe(true))
    const saved = bridge.calls.find((call) => call.startsWith('Gateways.Save'))
    expect(saved).toContain('"webhooks":["https://hooks.example.com/b"]')
  })

  it.each([
    ['/connections', 'Add gateway', 'Connect a gateway'],
    ['/now', 'Connect', 'Connect your first gateway'],
  ])(
    'on %s loses nothing by a click beside it, and has it again after Escape, but for keys',
    async (page, open_, title) => {
      const { user } = await open(worldOf('empty', Date.now()), page)
      const dialog = async () => within(await screen.findByRole('dialog', { name: title }))
      await user.click(await screen.findByRole('button', { name: open_ }))
      await user.type((await dialog()).getByLabelText('Name'), 'prod')
      const beside = document.querySelector('.mantine-Modal-inner')
      if (!beside) throw new Error('there is nothing beside it')
      await user.click(beside)
      expect((await dialog()).getByLabelText<HTMLInputElement>('Name').value).toBe('prod')
      await user.keyboard('{Escape}')
      await waitFor(() => expect(screen.queryByRole('dialog', { name: title })).toBeNull())
      await user.click(await screen.findByRole('button', { name: open_ }))
      expect((await dialog()).getByLabelText<HTMLInputElement>('Name').value).toBe('prod')
      await user.click((await dialog()).getByRole('button', { name: 'Cancel' }))
      await waitFor(() => expect(screen.queryByRole('dialog', { name: title })).toBeNull())
      await user.click(await screen.findByRole('button', { name: open_ }))
      expect((await dialog()).getByLabelText<HTMLInputElement>('Name').value).toBe('')
    },
  )

  it('gives a new gateway a colour that none has', async () => {
    const { user } = await open(
      aLive({ gateways: byId(aGateway({ id: 'a', colour: 'blue' }), aGateway({ id: 'b', colour: 'cyan' })) }),
      '/connections',
    )
    await user.click(await screen.findByRole('button', { name: 'Add gateway' }))
    const form = within(await screen.findByRole('dialog', { name: 'Connect a gateway' }))
    expect(form.getByRole<HTMLInputElement>('combobox', { name: 'Colour' }).value).toBe('violet')
  })

  it('does not connect without any key, and says what each is for', async () => {
    const { user, bridge } = await open(worldOf('empty', Date.now()), '/connections')
    await user.click(await screen.findByRole('button', { name: 'Add gateway' }))
    const form = within(await screen.findByRole('dialog', { name: 'Connect a gateway' }))
    await user.type(form.getByLabelText('Name'), 'prod')
    await user.type(form.getByLabelText('Core address'), 'https://gateway.example.com')
    await user.click(form.getByRole('button', { name: 'Connect' }))
    expect(await form.findByText(/Without a key nothing can be watched/)).toBeTruthy()
    expect(bridge.calls.some((call) => call.startsWith('Gateways.Save'))).toBe(false)
    await user.type(form.getByLabelText('Master key'), 'mk')
    expect(form.getByRole('note').textContent).toMatch(
      /^Without a virtual key: .* only with an Admin address\.$/,
    )
    await user.clear(form.getByLabelText('Master key'))
    await user.type(form.getByLabelText('Virtual key'), 'vk')
    expect(form.getByRole('note').textContent).toMatch(/^Without the master key: /)
    await user.type(form.getByLabelText('Master key'), 'mk')
    expect(form.queryByRole('note')).toBeNull()
  })

  it('shows what is inherited of the network, and sends what is its own', async () => {
    const { user, bridge } = await open(worldOf('busy', Date.now()), '/connections/prod')
    const form = within(await screen.findByRole('dialog', { name: 'Edit prod' }))
    const own = within(await form.findByRole('group', { name: 'Network of its own' }))
    await user.click(own.getByRole('button', { name: 'Show' }))
    expect(own.getByText('Inherited: what the environment says')).toBeTruthy()
    await user.type(own.getByLabelText('Proxy'), ' direct')
    await user.type(own.getByLabelText('Client certificate'), '/etc/me.pem')
    for (const name of ['WebSockets', 'Server-Sent Events', 'Long polling'])
      await user.click(own.getByRole('switch', { name }))
    await user.click(form.getByRole('button', { name: 'Save' }))
    expect(await own.findByText('At least one is needed.')).toBeTruthy()
    expect(await own.findByText('A client certificate needs both files.')).toBeTruthy()
    expect(bridge.calls.some((call) => call.startsWith('Gateways.Save'))).toBe(false)
    await user.clear(own.getByLabelText('Client certificate'))
    await user.click(own.getByRole('switch', { name: 'Long polling' }))
    await user.click(form.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(bridge.calls.some((call) => call.startsWith('Gateways.Save'))).toBe(true))
    const saved = bridge.calls.find((call) => call.startsWith('Gateways.Save'))
    expect(saved).toContain('"network":{"proxy":"direct","caFile":"","clientCert":""')
    expect(saved).toContain('"transports":["LongPolling"]')
  })

  it('says what was refused beside the field, in no words of the file', async () => {
    const { user, bridge } = await open(worldOf('busy', Date.now()), '/connections/prod')
    const form = within(await screen.findByRole('dialog', { name: 'Edit prod' }))
    const none = 'There is no such file.'
    bridge.Gateways.Save = async () => {
      throw new BridgeError('usage', 'profiles[0].network.ca_file: it is not there', [
        { path: 'profiles[0].network.ca_file', message: none },
        { path: 'profiles[0].label', message: 'This must be one line of at most 80 characters.' },
      ])
    }
    await user.click(form.getByRole('button', { name: 'Save' }))
    const own = within(form.getByRole('group', { name: 'Network of its own' }))
    expect(await own.findByText(none)).toBeTruthy()
    expect(form.getByLabelText('Name').getAttribute('aria-invalid')).toBe('true')
    expect(form.queryByText(/profiles\[0\]/)).toBeNull()
  })

  it('of the first goes to the first field with a fault, and asks about plain http of a finished address', async () => {
    const { user } = await open(worldOf('empty', Date.now()))
    await user.click(await screen.findByRole('button', { name: 'Connect' }))
    const steps = within(await screen.findByRole('dialog', { name: 'Connect your first gateway' }))
    const core = steps.getByLabelText('Core address')
    const asks = () => steps.queryByRole('switch', { name: /^Send keys unencrypted/ })
    await user.type(core, 'http://203.0.113.9')
    expect(asks()).toBeNull()
    // A button that is pressed stays where it is; what is asked is shown with what is wrong.
    await user.click(steps.getByRole('button', { name: 'Next' }))
    expect(await steps.findByText('Give it a name.')).toBeTruthy()
    await waitFor(() => expect(document.activeElement).toBe(steps.getByLabelText('Name')))
    expect(asks()).toBeTruthy()
    await user.clear(core)
    await user.type(core, 'http://127.0.0.1')
    await user.tab()
    expect(asks()).toBeNull()
    await user.clear(core)
    await user.type(core, 'http://gateway.example.com')
    expect(asks()).toBeNull()
    await user.tab()
    expect(asks()).toBeTruthy()
    await user.clear(core)
    await user.type(core, 'http://127.0.')
    await user.click(steps.getByRole('button', { name: 'Next' }))
    await waitFor(() => expect(core.getAttribute('aria-invalid')).toBe('true'))
  })

  it('puts the cursor into a webhook that is added', async () => {
    const { user } = await open(worldOf('busy', Date.now()), '/connections/prod')
    const form = within(await screen.findByRole('dialog', { name: 'Edit prod' }))
    await user.click(form.getByRole('button', { name: 'Add a webhook' }))
    const fields = form.getAllByRole('textbox', { name: /^Webhook \d/ })
    expect(document.activeElement).toBe(fields.at(-1))
  })

  it('of the first refuses a query in step 1, and goes back there for what Gatewatch refuses', async () => {
    const { user, bridge } = await open(worldOf('empty', Date.now()))
    await user.click(await screen.findByRole('button', { name: 'Connect' }))
    const steps = within(await screen.findByRole('dialog', { name: 'Connect your first gateway' }))
    const admin = steps.getByLabelText('Admin address')
    await user.type(steps.getByLabelText('Name'), 'n'.repeat(81))
    await user.type(steps.getByLabelText('Core address'), '127.0.0.1:5700')
    await user.type(admin, 'http://127.0.0.1:5702/?a=1')
    await user.click(steps.getByRole('button', { name: 'Next' }))
    expect(await steps.findByText('Leave out everything from “?” on.')).toBeTruthy()
    expect(steps.getByText('At most 80 characters.')).toBeTruthy()
    await user.clear(steps.getByLabelText('Name'))
    await user.type(steps.getByLabelText('Name'), 'prod')
    await user.clear(admin)
    await user.type(admin, 'http://127.0.0.1:5702')
    expect(steps.queryByText('Leave out everything from “?” on.')).toBeNull()
    bridge.Gateways.Save = async () => {
      throw new BridgeError('usage', 'profiles[0].admin_url: no.', [
        { path: 'profiles[0].admin_url', message: 'Not this one.' },
      ])
    }
    await user.click(steps.getByRole('button', { name: 'Next' }))
    await user.type(await steps.findByLabelText('Master key'), 'mk')
    await user.click(steps.getByRole('button', { name: 'Connect and test' }))
    expect(await steps.findByText('Not this one.')).toBeTruthy()
    expect(steps.queryByText(/profiles/)).toBeNull()
    await user.type(steps.getByLabelText('Admin address'), '1')
    expect(steps.queryByText('Not this one.')).toBeNull()
  })

  it('adds one, sends the keys once, and connects', async () => {
    const { user, bridge } = await open(worldOf('empty', Date.now()), '/connections')
    await user.click(await screen.findByRole('button', { name: 'Add gateway' }))
    const form = within(await screen.findByRole('dialog', { name: 'Connect a gateway' }))
    await user.click(form.getByRole('button', { name: 'Connect' }))
    expect(await form.findByText('Give it a name.')).toBeTruthy()
    await user.type(form.getByLabelText('Name'), 'prod')
    await user.type(form.getByLabelText('Core address'), 'https://gateway.example.com')
    await user.type(form.getByLabelText('Virtual key'), 'vk-123')
    await user.click(form.getByRole('button', { name: 'Connect' }))
    await waitFor(() => expect(bridge.calls).toContain('Gateways.Connect("prod")'))
    // In one call, so that they are stored before anything connects.
    expect(bridge.calls.find((call) => call.startsWith('Gateways.Save'))).toMatch(/,"vk-123",""\)$/)
    expect(bridge.calls.filter((call) => call.includes('vk-123')).length).toBe(1)
  })

  it('makes one gateway of several keys, also if one of them cannot be stored', async () => {
    const { user, bridge } = await open(worldOf('empty', Date.now()), '/connections', {
      answers: {
        Gateways: {
          AddKey: async () => {
            throw new BridgeError('misconfigured', 'This key is watched already.')
          },
        },
      },
    })
    await user.click(await screen.findByRole('button', { name: 'Add gateway' }))
    const form = within(await screen.findByRole('dialog', { name: 'Connect a gateway' }))
    await user.type(form.getByLabelText('Name'), 'prod')
    await user.type(form.getByLabelText('Core address'), 'https://gateway.example.com')
    await user.type(form.getByLabelText('Virtual key'), 'vk-1 vk-2 vk-3')
    await user.click(form.getByRole('button', { name: 'Connect' }))
    await waitFor(() => expect(bridge.calls).toContain('Gateways.Connect("prod")'))
    expect((await screen.findAllByText(/This key is watched already/)).length).toBe(2)
    expect(bridge.calls.filter((call) => call.startsWith('Gateways.Save')).length).toBe(1)
    expect(bridge.calls.filter((call) => call.startsWith('Gateways.AddKey')).length).toBe(2)
  })

  it('keeps a stored key that is not entered again, and never shows it', async () => {
    const { user, bridge } = await open(worldOf('busy', Date.now()), '/connections')
    await user.click(await screen.findByRole('button', { name: 'More for prod' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Edit…' }))
    const form = within(await screen.findByRole('dialog', { name: 'Edit prod' }))
    expect((form.getByLabelText('Virtual key') as HTMLInputElement).value).toBe('')
    expect((form.getByLabelText('Virtual key') as HTMLInputElement).placeholder).toContain(
      'Leave empty to keep it',
    )
    await user.click(form.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(bridge.calls.some((call) => call.startsWith('Gateways.Save'))).toBe(true))
    expect(bridge.calls.find((call) => call.startsWith('Gateways.Save'))).toMatch(/,"",""\)$/)
  })

  it('stays open and says why it cannot be saved', async () => {
    const { user } = await open(worldOf('busy', Date.now()), '/connections/prod', {
      answers: {
        Gateways: {
          Save: async () => {
            throw new BridgeError('misconfigured', 'This address is used already.')
          },
        },
      },
    })
    const form = within(await screen.findByRole('dialog', { name: 'Edit prod' }))
    await user.click(form.getByRole('button', { name: 'Save' }))
    expect(await form.findByText(/This address is used already\./)).toBeTruthy()
  })
})

describe('the buttons of a gateway', () => {
  it('disconnect, connect, reconnect', async () => {
    const { user, bridge } = await open(worldOf('busy', Date.now()), '/connections')
    const card = within(await screen.findByRole('region', { name: 'prod' }))
    await user.click(card.getByRole('button', { name: 'Reconnect' }))
    await user.click(card.getByRole('button', { name: 'Disconnect' }))
    await user.click(await card.findByRole('button', { name: 'Connect' }))
    expect(bridge.calls.filter((call) => /Connect|Disconnect|Reconnect/.test(call))).toEqual([
      'Gateways.Reconnect("prod")',
      'Gateways.Disconnect("prod")',
      'Gateways.Connect("prod")',
    ])
  })

  it('forget the keys only after a question', async () => {
    const { user, bridge } = await open(worldOf('busy', Date.now()), '/connections')
    await user.click(await screen.findByRole('button', { name: 'More for prod' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Forget keys…' }))
    expect(bridge.calls.some((call) => call.includes('ForgetKeys'))).toBe(false)
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Forget keys' }))
    expect(bridge.calls).toContain('Gateways.ForgetKeys("prod")')
  })

  it('tell each hub with its cause, and count down to the next attempt', async () => {
    await open(worldOf('reconnecting', Date.now()), '/connections')
    const row = within((await screen.findAllByRole('row', { name: /spend core/ }))[0] as HTMLElement)
    expect(row.getByText('Reconnecting')).toBeTruthy()
    expect(row.getByText(/the server closed the connection/).textContent).toMatch(/next try [78] s/)
  })
})

describe('one of several gateways', () => {
  afterEach(() => act(() => setScope('')))

  it('is first while it is looked at', async () => {
    act(() => setScope('staging'))
    await open(worldOf('busy', Date.now()), '/connections')
    const staging = await screen.findByRole('region', { name: 'staging' })
    const prod = screen.getByRole('region', { name: 'prod' })
    expect(staging.compareDocumentPosition(prod) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy()
    expect(screen.getByRole('heading', { name: 'Other gateways' })).toBeTruthy()
  })

  it('is gone to from its banner, also by somebody who is on the page', async () => {
    const seen: string[] = []
    HTMLElement.prototype.scrollIntoView = function () {
      seen.push(this.id)
    }
    const { user } = await open(worldOf('outage', Date.now()), '/connections')
    const [details] = await screen.findAllByRole('button', { name: 'Details' })
    if (!details) throw new Error('there is no banner')
    await user.click(details)
    await waitFor(() => expect(seen.at(-1)).toMatch(/^card:/))
    const before = seen.length
    await user.click(details)
    expect(seen.length).toBeGreaterThan(before)
    expect(screen.queryByRole('complementary')).toBeNull()
  })

  it('has its events shown, and no others', async () => {
    const { user } = await open(worldOf('busy', Date.now()), '/connections')
    await user.click(await screen.findByRole('button', { name: 'More for staging' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Show events' }))
    await screen.findByRole('heading', { name: 'Events', level: 1 })
    expect(scopeStore.getState().gateway).toBe('staging')
  })
})
