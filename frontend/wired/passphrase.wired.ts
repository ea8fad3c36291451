import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'

it('where there is no keychain, keys are kept in memory, or in a file that a passphrase opens', async () => {
  const p = await program({ watched: false, keychain: false })
  const hand = new Hand(p)
  await p.add()
  const dialog = p.page.getByRole('dialog')
  const banner = p.page.getByRole('button', { name: 'Choose…' })
  const file = join(dirname(p.settingsPath), 'data', 'keys.age')
  const inClear = () =>
    [p.keys[''] ?? '', p.master].some((key) =>
      readdirSync(dirname(p.settingsPath), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'world.txt')
        .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(key)),
    )
  const onDisk = () => [p.settingsPath, file].map((path) => existsSync(path) && readFileSync(path, 'latin1'))
  /** What was typed is shown and hidden again, field by field, and stays in the dialog. */
  const looksAt = async (...fields: string[]) => {
    const before = onDisk()
    for (const [at, name] of fields.entries()) {
      const field = dialog.getByRole('textbox', { name })
      const typed = await field.inputValue()
      const kind = () => field.getAttribute('type')
      const eye = dialog.getByRole('button', { name: 'Toggle password visibility' }).nth(at)
      expect([typed.length > 8, await kind()]).toEqual([true, 'password'])
      for (const shown of ['text', 'password']) {
        await hand.press(eye)
        await hand.outside(async () => {
          await becomes(kind).toBe(shown)
          expect(await field.inputValue()).toBe(typed)
          expect(onDisk()).toEqual(before)
        })
      }
    }
  }
  // 1. In memory, on purpose: nothing is said of it any more, but where keys are.
  await hand.press(banner)
  await hand.press(dialog.getByRole('button', { name: 'Cancel' }))
  await hand.inView(() => dialog.waitFor({ state: 'hidden' }))
  await hand.press(banner)
  await hand.press(dialog.getByRole('button', { name: 'Keep them in memory' }))
  await hand.outside(() => becomes(() => p.settings().keys?.in_memory).toBe(true))
  await banner.waitFor({ state: 'hidden' })
  // 2. In a file, from the settings.
  await p.go('/settings')
  await p.page.getByText(/^There is no keychain .* are gone when Gatewatch ends/).waitFor()
  await hand.press(p.page.getByRole('button', { name: 'Keep keys in a file…' }))
  const keep = dialog.getByRole('button', { name: 'Keep them in the file' })
  await hand.fill(dialog.getByRole('textbox', { name: 'Passphrase' }), 'four words of mine')
  await hand.fill(dialog.getByRole('textbox', { name: 'Once more' }), 'four words of mime')
  await dialog.getByText('These are not the same.').waitFor()
  expect(await keep.isDisabled()).toBe(true)
  await hand.fill(dialog.getByRole('textbox', { name: 'Once more' }), 'four words of mine')
  await looksAt('Passphrase', 'Once more')
  await hand.press(keep)
  await hand.outside(async () => {
    await becomes(() => existsSync(file)).toBe(true)
    expect(readFileSync(file, 'latin1')).toMatch(/^age-encryption\.org\/v1\n-> scrypt /)
    expect(inClear()).toBe(false)
    await becomes(() => p.settings().keys?.in_memory).toBe(false)
  })
  await p.page.getByText('It is open until Gatewatch ends.').waitFor()
  await p.go('/connections')
  await p.page.getByText('stored in the file of keys').first().waitFor()
  const before = readFileSync(file)
  // 3. The next start: locked until the passphrase; a wrong one is said.
  await p.stop()
  await p.startGatewatch([])
  await p.load('/settings')
  await p.page.getByText('Gatewatch waits for the keys of Prod.').waitFor()
  await p.page.getByText('that your passphrase encrypts. It is locked.').waitFor()
  await hand.press(p.page.getByRole('button', { name: 'Unlock the file…' }))
  await hand.press(dialog.getByRole('button', { name: 'Cancel' }))
  await hand.inView(() => dialog.waitFor({ state: 'hidden' }))
  await hand.press(p.page.getByRole('button', { name: 'Unlock…' }))
  const passphrase = dialog.getByRole('textbox', { name: 'Passphrase' })
  await hand.fill(passphrase, 'four words of his')
  await dialog.getByRole('button', { name: 'Unlock', exact: true }).click()
  await dialog.getByText('This is not the passphrase of the file of keys.').waitFor()
  expect((await p.live()).gateways.prod?.overall).not.toBe('connected')
  await hand.fill(passphrase, 'four words of mine')
  await looksAt('Passphrase')
  expect((await p.live()).gateways.prod?.overall).not.toBe('connected')
  await hand.press(dialog.getByRole('button', { name: 'Unlock', exact: true }))
  await hand.outside(() => p.connected('prod'))
  await p.page.getByText('Gatewatch waits for the keys of Prod.').waitFor({ state: 'hidden' })
  expect(readFileSync(file).equals(before)).toBe(true)
  // 4. Another passphrase, at the second try, and the file is deleted again.
  const another = async () => {
    await hand.press(p.page.getByRole('button', { name: 'Change the passphrase…' }))
    await hand.fill(dialog.getByRole('textbox', { name: 'New passphrase' }), 'other words of mine')
    await hand.fill(dialog.getByRole('textbox', { name: 'Once more' }), 'other words of mine')
  }
  await another()
  await looksAt('New passphrase', 'Once more')
  await hand.press(dialog.getByRole('button', { name: 'Cancel' }))
  await hand.outside(async () => {
    await dialog.waitFor({ state: 'hidden' })
    expect(readFileSync(file).equals(before)).toBe(true) // the old one still opens it
  })
  await another()
  await hand.press(dialog.getByRole('button', { name: 'Change it' }))
  await hand.outside(() => becomes(() => readFileSync(file).equals(before)).toBe(false))
  await hand.press(p.page.getByRole('button', { name: 'Delete the file…' }))
  await hand.press(dialog.getByRole('button', { name: 'Cancel' }))
  await hand.inView(() => dialog.waitFor({ state: 'hidden' }))
  await hand.press(p.page.getByRole('button', { name: 'Delete the file…' }))
  await hand.press(dialog.getByRole('button', { name: 'Delete the file' }))
  await hand.outside(() => becomes(() => existsSync(file)).toBe(false))
  await p.page.getByText('Keys are not being kept.').waitFor()
  expect((await p.live()).gateways.prod?.overall).toBe('connected')
  expect(inClear()).toBe(false)
})
