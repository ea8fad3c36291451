import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A version file, as scripts/release/announce.mjs signs it. */
function versionFile(by: KeyObject, says: Record<string, string>): string {
  const signed = `${JSON.stringify(says)}\n`
  const signature = sign(null, Buffer.from(`gatewatch-version 1\n${signed}`), by)
  return `gatewatch-version 1\n${signature.toString('base64')}\n${signed}`
}

it('a newer version is named on wish, told once, and only believed if it is signed', async () => {
  const mine = generateKeyPairSync('ed25519')
  const theirs = generateKeyPairSync('ed25519')
  const publicKey = mine.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  let answer = (response: ServerResponse): unknown => response.writeHead(404).end()
  const serve = (text: string) => {
    answer = (response) => response.writeHead(200).end(text)
  }
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    answer(response)
  })
  servers.push(server)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/version`

  const p = await program({ world: null })
  const hand = new Hand(p)
  await p.go('/settings')
  const panel = p.page.getByRole('region', { name: 'Updates' })
  const check = panel.getByRole('button', { name: 'Check for updates' })
  const says = async (text: RegExp) => {
    await check.click()
    await panel.getByRole('status').getByText(text).waitFor()
  }
  await says(/No address is set/)
  await hand.fill(panel.getByLabel('Address of the version file'), address)
  await hand.fill(panel.getByLabel('Key that it is signed with'), publicKey)
  await hand.press(p.page.getByRole('button', { name: 'Save', exact: true }))
  await hand.outside(() => becomes(() => p.settings().updates).toMatchObject({ address, key: publicKey }))
  expect(asked).toBe(0) // off by default

  const newer = { version: '99.0.0', at: at(-1), notes: 'https://gatewatch.example/new' }
  serve(versionFile(mine.privateKey, newer))
  await hand.press(check)
  await hand.outside(() => becomes(() => asked).toBe(1))
  await panel.getByRole('status').getByText('Gatewatch 99.0.0 is there.').waitFor()
  await hand.press(panel.getByRole('button', { name: 'What is new' }))
  await hand.outside(() => becomes(async () => (await p.window()).opened).toEqual([newer.notes]))
  // What is not to be believed, each with its reason.
  serve(versionFile(theirs.privateKey, newer))
  await says(/signature of the version file is wrong/)
  serve(versionFile(mine.privateKey, newer).replace('99.0.0', '99.0.1'))
  await says(/signature of the version file is wrong/)
  serve(versionFile(mine.privateKey, { version: '98.0.0', at: at(-2) }))
  await says(/older than one that was read before/)
  serve(versionFile(mine.privateKey, { version: '99.1.0', at: at(3) }))
  await says(/signed in the future/)
  serve(versionFile(mine.privateKey, { version: '99.1.0', at: at(-1), until: at(-0.5) }))
  await says(/has expired/)
  serve('x'.repeat(200_000))
  await says(/larger than a version file/)
  serve('<html></html>')
  await says(/is no version file/)
  answer = (response) => response.writeHead(302, { location: 'http://elsewhere.example/version' }).end()
  await says(/leads elsewhere .*http:\/\/elsewhere\.example/)
  answer = (response) => response.writeHead(500).end()
  await says(/cannot be read.*500/)
  serve(versionFile(mine.privateKey, { version: '0.0.1', at: at(0) }))
  await says(/older than this Gatewatch|without a version/)
  // From the tray's menu: told as a notification, whatever the answer is.
  serve(versionFile(mine.privateKey, { version: '99.1.0', at: at(0.05) }))
  const line = async () => (await p.tray()).lines.find((one) => one.trim() === 'Check for updates') ?? ''
  await becomes(line).not.toBe('')
  await p.pressTray('Check for updates')
  await becomes(async () => (await p.notices()).filter((one) => one.title.includes('99.1.0')).length).toBe(1)
  await p.page.getByText('Gatewatch 99.1.0 is there.').first().waitFor()
  // Once a day by itself: told once, as a notification and in the window.
  serve(versionFile(mine.privateKey, { version: '99.2.0', at: at(0.1) }))
  await hand.toggle(panel.getByRole('switch', { name: 'Look once a day' }))
  await hand.press(p.page.getByRole('button', { name: 'Save', exact: true }))
  const told = async () => (await p.notices()).filter((one) => one.title.includes('99.2.0')).length
  await hand.outside(() => becomes(told).toBe(1))
  await p.page.getByText('Gatewatch 99.2.0 is there.').first().waitFor()
  const before = asked
  await p.stop()
  await p.startGatewatch([])
  await p.load('/settings')
  await says(/99\.2\.0 is there/)
  expect(asked).toBe(before + 1) // by hand; a day is not over
  expect(await told()).toBe(1)
})
