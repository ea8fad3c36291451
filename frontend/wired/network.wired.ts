import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'
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
  // A proxy that nobody is at, and files that are not there, are said, not gone around.
  await hand.fill(panel.getByLabel('Proxy'), 'http://127.0.0.1:9')
  await save(p, hand)
  await hand.outside(async () => {
    await becomes(() => p.settings().network.proxy).toBe('http://127.0.0.1:9')
    await becomes(async () => (await p.live()).gateways.prod?.overall).not.toBe('connected')
  })
  await hand.fill(panel.getByLabel('Proxy'), '')
  await hand.fill(panel.getByLabel('Certificate authorities'), join(p.home, 'none.pem'))
  await hand.fill(panel.getByLabel('Client certificate'), join(p.home, 'me.pem'))
  await hand.fill(panel.getByLabel('Its key'), join(p.home, 'me.key'))
  await save(p, hand)
  await hand.outside(async () => {
    await becomes(() => p.settings().network).toMatchObject({
      ca_file: join(p.home, 'none.pem'),
      client_cert: join(p.home, 'me.pem'),
      client_key: join(p.home, 'me.key'),
    })
    await becomes(async () => (await p.live()).gateways.prod?.cause).toContain('cannot be read')
  })
  // In the file, too, it is in force at once.
  writeFileSync(p.settingsPath, readFileSync(p.settingsPath, 'utf8').replace(/^\[network\][^[]*/m, ''))
  await p.connected('prod')
})
