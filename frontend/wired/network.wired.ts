import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'smol-toml'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { type Program, program } from './program'
import { region, save } from './settingsPage'

it('network and reconnecting are in the file, and connections are made by them at once', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  await p.add()
  await p.go('/settings')
  const panel = region(p, 'Network')
  const sockets = () => p.core.received.filter((one) => one.socket).length
  const before = sockets()
  expect(before).toBeGreaterThan(0)
  for (const name of ['WebSockets', 'Long polling'])
    await hand.toggle(panel.getByRole('switch', { name, exact: true }))
  await hand.fill(panel.getByLabel('Try again after'), '1, 3')
  await hand.fill(panel.getByLabel('Then every'), '7')
  await save(p, hand)
  await hand.outside(async () => {
    await becomes(() => p.settings().network?.transports).toEqual(['ServerSentEvents'])
    await becomes(() => p.settings().reconnect).toMatchObject({ schedule: ['1s', '3s'], max: '7s' })
    await p.connected('prod')
    await becomes(async () =>
      Object.values((await p.live()).links)
        .filter((link) => link.hub !== 'rest' && link.state === 'connected')
        .map((link) => link.transport)
        .filter((transport) => transport !== 'ServerSentEvents'),
    ).toEqual([])
    expect(sockets()).toBe(before)
  })
  await hand.toggle(panel.getByRole('switch', { name: 'Server-Sent Events' }))
  await save(p, hand)
  await panel.getByText('At least one is needed.').waitFor()
  await hand.toggle(panel.getByRole('switch', { name: 'Server-Sent Events' }))
  await hand.toggle(panel.getByRole('switch', { name: /^Open WebSockets at once/ }))
  await hand.toggle(panel.getByRole('switch', { name: /^Allow a key in a hub/ }))
  await save(p, hand)
  await hand.outside(async () => {
    await becomes(() => p.settings().network).toMatchObject({
      skip_negotiation: true,
      allow_query_token: true,
    })
    await becomes(sockets).toBeGreaterThan(before)
  })
  // A proxy that nobody is at is said, not gone around.
  await hand.fill(panel.getByLabel('Proxy'), 'http://127.0.0.1:9')
  await save(p, hand)
  await hand.outside(async () => {
    await becomes(() => p.settings().network.proxy).toBe('http://127.0.0.1:9')
    await becomes(async () => (await p.live()).gateways.prod?.overall).not.toBe('connected')
  })
  await hand.fill(panel.getByLabel('Proxy'), '')
  // Files that are not there are refused where they are named.
  await hand.fill(panel.getByLabel('Certificate authorities'), join(p.home, 'none.pem'))
  await hand.fill(panel.getByLabel('Client certificate'), join(p.home, 'none.pem'))
  await hand.fill(panel.getByLabel('Its key'), join(p.home, 'none.key'))
  await p.page.getByRole('button', { name: 'Save', exact: true }).click()
  await becomes(() => panel.getByText('There is no such file.').count()).toBe(3)
  expect(p.settings().network.ca_file ?? '').toBe('')
  const files = certificate(p)
  await hand.fill(panel.getByLabel('Certificate authorities'), files.cert)
  await hand.fill(panel.getByLabel('Client certificate'), files.cert)
  await hand.fill(panel.getByLabel('Its key'), files.key)
  await save(p, hand)
  await hand.outside(async () => {
    await becomes(() => p.settings().network).toMatchObject({
      ca_file: files.cert,
      client_cert: files.cert,
      client_key: files.key,
    })
    await p.connected('prod')
  })
  // One that is gone later is named where it shows, and no hub is called "all".
  rmSync(files.key)
  await hand.fill(panel.getByLabel('Then every'), '21')
  await save(p, hand)
  await p.page.getByText('Prod goes on with the settings from before.').waitFor()
  await p.page
    .getByText(
      `The file with the client certificate's key, ${files.key}, cannot be used. There is no such file.`,
    )
    .waitFor()
  // In the file, too, it is in force at once.
  writeFileSync(p.settingsPath, readFileSync(p.settingsPath, 'utf8').replace(/^\[network\][^[]*/m, ''))
  await p.connected('prod')
})

/** A certificate that signed itself, and its key. */
function certificate(p: Program): { cert: string; key: string } {
  const [cert, key] = [join(p.home, 'me.pem'), join(p.home, 'me.key')]
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=me']
  execFileSync('openssl', ['req', '-x509', ...made, '-keyout', key, '-out', cert], { stdio: 'pipe' })
  return { cert, key }
}

/** How the hubs are connected now. */
const transports = async (p: Program) =>
  [
    ...new Set(
      Object.values((await p.live()).links).map((link) => (link.hub === 'rest' ? '' : link.transport)),
    ),
  ]
    .filter(Boolean)
    .join()

it('what a gateway has of its own of the network is in the file, in force at once, and shown', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  await p.add()
  await p.go('/connections')
  const dialog = p.page.getByRole('dialog')
  const own = p.page.getByRole('group', { name: 'Network of its own' })
  const edit = () => hand.pick(p.page.getByRole('button', { name: 'More for Prod' }), 'Edit…')
  const keep = () => hand.press(dialog.getByRole('button', { name: 'Save' }))
  const file = () => p.settings().profiles[0].network ?? {}
  const sockets = () => p.core.received.filter((one) => one.socket).length

  // At first all of it is inherited, and said so.
  await edit()
  await own.getByText('Inherited from the settings').waitFor()
  await hand.press(own.getByRole('button', { name: 'Show' }))
  await hand.inView(() => own.getByText('Inherited: what the environment says').waitFor())
  await hand.fill(own.getByLabel('Proxy'), 'http://127.0.0.1:9')
  await keep()
  await hand.outside(async () => {
    await becomes(file).toEqual({ proxy: 'http://127.0.0.1:9' })
    await becomes(async () => (await p.live()).gateways.prod?.overall).not.toBe('connected')
    expect(p.settings().network?.proxy ?? '').toBe('')
  })

  // Transports of its own, one at least, and the key in the address.
  await edit()
  await own.getByText('Settings of its own').waitFor()
  await hand.fill(own.getByLabel('Proxy'), '')
  for (const name of ['WebSockets', 'Long polling', 'Server-Sent Events'])
    await hand.toggle(own.getByRole('switch', { name, exact: true }))
  await keep()
  await own.getByText('At least one is needed.').waitFor()
  await hand.toggle(own.getByRole('switch', { name: 'Server-Sent Events' }))
  await hand.choose(own.getByRole('combobox', { name: /^Allow a key/ }), 'Yes')
  const before = sockets()
  await keep()
  await hand.outside(async () => {
    await becomes(file).toEqual({ transports: ['ServerSentEvents'], allow_query_token: true })
    await p.connected('prod')
    await becomes(() => transports(p)).toBe('ServerSentEvents')
    expect(sockets()).toBe(before)
  })

  // Inherited again, but opened without asking.
  await edit()
  await hand.press(own.getByRole('button', { name: 'Inherit the transports' }))
  await hand.choose(own.getByRole('combobox', { name: 'Open WebSockets at once' }), 'Yes')
  await keep()
  await hand.outside(async () => {
    await becomes(file).toEqual({ skip_negotiation: true, allow_query_token: true })
    await becomes(sockets).toBeGreaterThan(before)
    await becomes(() => transports(p)).toBe('WebSockets')
  })

  // Files of certificates: half a pair is refused, and a file that is not there.
  await edit()
  await hand.fill(own.getByLabel('Certificate authorities'), join(p.home, 'none.pem'))
  await hand.fill(own.getByLabel('Client certificate'), join(p.home, 'me.pem'))
  await keep()
  await own.getByText('A client certificate needs both files.').waitFor()
  await hand.fill(own.getByLabel('Its key'), join(p.home, 'me.key'))
  await keep()
  await becomes(() => own.getByText('There is no such file.').count()).toBe(3)
  expect(file()).not.toHaveProperty('ca_file')
  const files = certificate(p)
  await hand.fill(own.getByLabel('Certificate authorities'), files.cert)
  await hand.fill(own.getByLabel('Client certificate'), files.cert)
  await hand.fill(own.getByLabel('Its key'), files.key)
  await keep()
  await hand.outside(async () => {
    await becomes(file).toMatchObject({ ca_file: files.cert, client_cert: files.cert, client_key: files.key })
  })
  await dialog.waitFor({ state: 'hidden' })

  // From the file: in force at once, and shown.
  const written = parse(readFileSync(p.settingsPath, 'utf8')) as { profiles: Record<string, unknown>[] }
  const [prod] = written.profiles
  const theirs = { proxy: 'direct', skip_negotiation: false, transports: ['WebSockets'] }
  writeFileSync(p.settingsPath, stringify({ ...written, profiles: [{ ...prod, network: theirs }] }))
  await p.connected('prod')
  await becomes(() => transports(p)).toBe('WebSockets')
  await edit()
  await becomes(() => own.getByLabel('Proxy').inputValue()).toBe('direct')
  await becomes(() => own.getByRole('combobox', { name: 'Open WebSockets at once' }).inputValue()).toBe('No')
  await becomes(() => own.getByRole('switch', { name: 'WebSockets', exact: true }).isChecked()).toBe(true)
  expect(await own.getByRole('switch', { name: 'Long polling' }).isChecked()).toBe(false)
  expect(await own.getByLabel('Client certificate').inputValue()).toBe('')
  await own.getByText('Inherited: none').first().waitFor()
})
