import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { type Program, program } from './program'

/** An authority of its own, and a certificate for names that it signed. */
function certified(p: Program, names: string): { key: Buffer; cert: Buffer; authority: string } {
  const at = (name: string) => join(p.home, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2']
  openssl(
    'req',
    '-x509',
    ...made,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-subj',
    '/CN=Our own authority',
  )
  openssl('req', ...made, '-keyout', at('tls.key'), '-out', at('tls.csr'), '-subj', '/CN=gateway')
  writeFileSync(at('names'), `subjectAltName=${names}\n`)
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '1']
  openssl('x509', '-req', '-in', at('tls.csr'), ...signed, '-out', at('tls.pem'), '-extfile', at('names'))
  const [own, authority] = [readFileSync(at('tls.pem')), readFileSync(at('ca.pem'))]
  return {
    key: readFileSync(at('tls.key')),
    cert: Buffer.concat([own, authority]),
    authority: String(authority),
  }
}

/** TLS before an address that has none; gives its own. */
async function withTLS(p: Program, url: string, names: string): Promise<{ url: string; authority: string }> {
  const { key, cert, authority } = certified(p, names)
  const server = createServer({ key, cert, ALPNProtocols: ['http/1.1'] }, (socket) => {
    const inner = connect(Number(new URL(url).port), '127.0.0.1')
    socket.pipe(inner).pipe(socket)
    socket.on('error', () => inner.destroy())
    inner.on('error', () => socket.destroy())
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const at = server.address()
  server.unref()
  return { url: `https://127.0.0.1:${typeof at === 'object' ? at?.port : ''}`, authority }
}

async function addFirst(p: Program, core: string): Promise<void> {
  await p.page.getByRole('main').getByRole('button', { name: 'Connect', exact: true }).click()
  const steps = p.page.getByRole('dialog')
  await steps.getByLabel('Name').fill('Prod')
  await steps.getByLabel('Core address').fill(core)
  await steps.getByRole('button', { name: 'Next' }).click()
  await steps.getByRole('textbox', { name: 'Virtual key' }).fill(p.keys[''] ?? '')
  await steps.getByRole('button', { name: 'Connect and test' }).click()
  await p.page.getByRole('dialog', { name: 'Test Prod' }).getByRole('button', { name: 'Done' }).click()
}

it('an unknown authority is shown with its fingerprint, and trusted for one gateway alone', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  const { url, authority } = await withTLS(p, p.core.url, 'IP:127.0.0.1')
  await addFirst(p, url)
  const dialog = p.page.getByRole('dialog', { name: 'Certificate of Prod' })
  await hand.press(p.page.getByRole('button', { name: 'Look at its certificate…' }))
  await dialog.getByText('Our own authority').first().waitFor()
  await dialog.getByText(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/).waitFor()
  await hand.press(dialog.getByRole('button', { name: 'Close' }))
  await hand.inView(() => dialog.waitFor({ state: 'hidden' }))
  expect(p.settings().profiles[0].network?.ca_file).toBeUndefined()
  await hand.pick(p.page.getByRole('button', { name: 'More for Prod' }), 'Certificate…')
  await hand.press(dialog.getByRole('button', { name: 'Trust this authority for this gateway' }))
  await hand.outside(async () => {
    await becomes(() => p.settings().profiles[0].network?.ca_file).toContain('prod.pem')
    expect(readFileSync(p.settings().profiles[0].network.ca_file, 'utf8').trim()).toBe(authority.trim())
    expect(p.settings().network?.ca_file ?? '').toBe('')
    await becomes(async () => (await p.live()).gateways.prod?.core).toBe('connected')
  })
})

it('a certificate for another host is named, and never trusted by this', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  const { url } = await withTLS(p, p.core.url, 'DNS:other.example.com')
  await addFirst(p, url)
  await hand.press(p.page.getByRole('button', { name: 'Look at its certificate…' }))
  const dialog = p.page.getByRole('dialog', { name: 'Certificate of Prod' })
  await hand.inView(() => dialog.getByText(/for other names than the address/).waitFor())
  await dialog.getByText('other.example.com').first().waitFor()
  expect(await dialog.getByRole('button', { name: /^Trust/ }).count()).toBe(0)
})
