import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { type Program, program } from './program'

/** What the settings file says of the first gateway's keys. */
const keysOf = (p: Program): Record<string, unknown>[] => p.settings().profiles?.[0]?.virtual_keys ?? []

const menuOf = (p: Program, name: string) => p.page.getByRole('button', { name: `More for key ${name}` })

it('the first gateway is connected in three steps, with a test of each hub and a real notification', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  await hand.press(p.page.getByRole('main').getByRole('button', { name: 'Connect', exact: true }))
  const steps = p.page.getByRole('dialog', { name: 'Connect your first gateway' })
  const next = steps.getByRole('button', { name: 'Next' })
  // 1. The address, without a scheme, as people paste it: it is completed, and shown.
  await hand.press(next)
  await steps.getByText('Give it a name.').waitFor()
  await hand.fill(steps.getByLabel('Name'), 'Prod')
  await hand.fill(steps.getByLabel('Core address'), p.core.url.replace('http://', ''))
  expect(await steps.getByLabel('Core address').inputValue()).toBe(p.core.url)
  await hand.fill(steps.getByLabel('Admin address'), p.admin.url)
  await hand.press(next)
  // 2. The keys: several at once, by lines.
  await hand.press(steps.getByRole('button', { name: 'Back' }))
  await hand.inView(() => next.waitFor())
  await next.click()
  const field = steps.getByRole('textbox', { name: 'Virtual key' })
  expect(await field.evaluate((e) => e === document.activeElement)).toBe(true)
  const [first = '', second = ''] = [p.keys[''], p.keys['research-batch']]
  await p.page.evaluate((text) => navigator.clipboard.writeText(text), `${first}\n${second}\n`)
  await field.focus()
  await p.page.keyboard.press('Control+v')
  await steps.getByText('2 keys, each of which is watched by itself').waitFor()
  await hand.fill(field, `${first} ${second}`)
  await hand.fill(steps.getByRole('textbox', { name: 'Master key' }), p.master)
  const covered = () => steps.locator('input[type=password]').count()
  const before = await covered()
  await hand.press(steps.getByRole('button', { name: 'Toggle password visibility' }).first())
  await hand.inView(() => becomes(covered).toBe(before - 1))
  await hand.press(steps.getByRole('button', { name: 'Connect and test' }))
  await hand.outside(async () => {
    await becomes(p.secrets).toMatchObject({
      'prod/virtual-key': first,
      'prod/virtual-key/2': second,
      'prod/master-key': p.master,
    })
    await becomes(() => p.settings().profiles?.[0]).toMatchObject({ label: 'Prod', core_url: p.core.url })
    await p.connected('prod')
  })
  // 3. The test.
  const test = p.page.getByRole('dialog', { name: 'Test Prod' })
  await test.getByRole('region', { name: 'Hubs' }).getByText('spend (core)').first().waitFor()
  await test.getByText('The gateway accepts the virtual key').first().waitFor()
  const asked = p.core.received.length
  await hand.press(test.getByRole('button', { name: 'Test again' }))
  await hand.outside(() => becomes(() => p.core.received.length).toBeGreaterThan(asked + 5))
  await hand.press(test.getByRole('button', { name: 'Send a test notification' }))
  await hand.outside(() =>
    becomes(async () => (await p.notices()).map((notice) => notice.title)).toContain(
      'This is how an info alert looks',
    ),
  )
  await hand.press(test.getByRole('button', { name: 'Done' }))
  await hand.inView(() => test.waitFor({ state: 'hidden' }))
  await hand.pick(p.page.getByRole('button', { name: 'More for Prod' }), 'Test…')
  await hand.inView(() => test.waitFor())
})

it('another gateway is added, with keys that go into the keychain and to the gateway', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  await p.go('/connections')
  await hand.press(p.page.getByRole('button', { name: 'Add gateway' }))
  const form = p.page.getByRole('dialog')
  await hand.fill(form.getByLabel('Name'), 'Prod')
  await hand.choose(form.getByRole('combobox', { name: 'Colour' }), 'violet')
  await hand.fill(form.getByLabel('Core address'), p.core.url.replace('http://', ''))
  expect(await form.getByLabel('Core address').inputValue()).toBe(p.core.url)
  await hand.fill(form.getByLabel('Admin address'), p.admin.url)
  await hand.fill(form.getByRole('textbox', { name: 'Virtual key' }), p.keys[''] ?? '')
  await hand.fill(form.getByRole('textbox', { name: 'Master key' }), p.master)
  await hand.press(form.getByRole('button', { name: 'Add a webhook' }))
  await hand.fill(form.getByRole('textbox', { name: 'Webhook 1' }), 'https://hooks.example.com/a')
  await hand.press(form.getByRole('button', { name: 'Add a webhook' }))
  await hand.press(form.getByRole('button', { name: 'Remove webhook 2' }))
  await hand.toggle(form.getByRole('switch', { name: 'This is a production gateway' }))
  await hand.press(form.getByRole('button', { name: 'Connect', exact: true }))
  await hand.outside(async () => {
    await becomes(() => p.settings().profiles?.[0]).toMatchObject({
      label: 'Prod',
      colour: 'violet',
      production: true,
      core_url: p.core.url,
      webhooks: ['https://hooks.example.com/a'],
    })
    await becomes(p.secrets).toMatchObject({ 'prod/virtual-key': p.keys[''], 'prod/master-key': p.master })
    await p.connected('prod')
    expect(p.core.received.some((one) => one.key === p.keys[''])).toBe(true)
    expect(p.admin.received.some((one) => one.key === p.master)).toBe(true)
  })
  expect(JSON.stringify(p.settings())).not.toContain(p.keys[''])
})

it('keys go over plain http to a public address only after a yes', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await hand.press(p.page.getByRole('main').getByRole('button', { name: 'Connect', exact: true }))
  const steps = p.page.getByRole('dialog')
  await steps.getByLabel('Name').fill('Far')
  await steps.getByLabel('Core address').fill('http://192.0.2.1:9')
  await steps.getByRole('button', { name: 'Next' }).click()
  await steps.getByText('Say yes to this, or use https://').waitFor()
  await hand.toggle(steps.getByRole('switch', { name: /^Send keys unencrypted/ }))
  await hand.press(steps.getByRole('button', { name: 'Next' }))
  await steps.getByRole('textbox', { name: 'Virtual key' }).fill('vk-1')
  await hand.press(steps.getByRole('button', { name: 'Connect and test' }))
  await hand.outside(async () => {
    await becomes(() => p.settings().profiles?.[0]?.core_url).toBe('http://192.0.2.1:9')
    await becomes(p.secrets).toMatchObject({ 'far/virtual-key': 'vk-1' })
  })
  // The form asks the same of an address that is changed.
  await p.page.getByRole('dialog', { name: 'Test Far' }).getByRole('button', { name: 'Done' }).click()
  await hand.pick(p.page.getByRole('button', { name: 'More for Far' }), 'Edit…')
  const form = p.page.getByRole('dialog', { name: 'Edit Far' })
  await form.getByLabel('Core address').fill('http://192.0.2.2:9')
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByText('Say yes to this, or use https://').waitFor()
  expect(p.settings().profiles[0].core_url).toBe('http://192.0.2.1:9')
  await hand.toggle(form.getByRole('switch', { name: /^Send keys unencrypted/ }))
  await hand.press(form.getByRole('button', { name: 'Save' }))
  await hand.outside(() => becomes(() => p.settings().profiles?.[0]?.core_url).toBe('http://192.0.2.2:9'))
})

it('a key is added, renamed, paused, replaced and removed', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  await p.add()
  await p.go('/connections')
  const dialog = p.page.getByRole('dialog')

  const second = p.keys['research-batch'] ?? ''
  await hand.press(p.page.getByRole('button', { name: 'Add a key…' }))
  await hand.fill(dialog.getByLabel('Label'), 'Batch')
  await hand.fill(dialog.getByRole('textbox', { name: 'Virtual key' }), second)
  await hand.press(dialog.getByRole('button', { name: 'Add' }))
  await hand.outside(async () => {
    await becomes(p.secrets).toMatchObject({ 'prod/virtual-key/2': second })
    await becomes(() => p.core.received.some((one) => one.socket && one.key === second)).toBe(true)
    await becomes(async () => (await p.live()).monitoredKeys['prod/2']?.state).toBe('live')
    expect(keysOf(p)[1]).toMatchObject({ id: '2', label: 'Batch', stored: true })
  })

  // Those that are there already are named, and the others are added all the same.
  await p.page.getByRole('button', { name: 'Add a key…' }).click()
  await dialog.getByRole('textbox', { name: 'Virtual key' }).fill(`${second} ${p.keys['mobile-app']}`)
  await dialog.getByRole('button', { name: 'Add' }).click()
  await dialog.getByText('Already watched: “Batch”. Added: “mobile-app”.').waitFor()
  await hand.press(dialog.getByRole('button', { name: 'Close', exact: true }))
  await hand.pick(menuOf(p, 'mobile-app'), 'Remove…')
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await hand.outside(() => becomes(() => keysOf(p).length).toBe(2))

  await hand.pick(menuOf(p, 'Batch'), 'Rename…')
  await hand.fill(dialog.getByLabel('Label'), 'Night')
  await hand.press(dialog.getByRole('button', { name: 'Rename' }))
  await hand.outside(async () => {
    await becomes(() => keysOf(p)[1]?.label).toBe('Night')
    await becomes(async () => (await p.live()).monitoredKeys['prod/2']?.label).toBe('Night')
  })

  await hand.pick(menuOf(p, 'Night'), 'Pause')
  await hand.outside(async () => {
    await becomes(() => keysOf(p)[1]?.paused).toBe(true)
    await becomes(async () => (await p.live()).monitoredKeys['prod/2']?.state).toBe('paused')
  })
  await hand.pick(menuOf(p, 'Night'), 'Go on')
  await hand.outside(async () => {
    await becomes(() => keysOf(p)[1]?.paused).toBe(false)
    await becomes(async () => (await p.live()).monitoredKeys['prod/2']?.state).toBe('live')
  })

  const third = p.keys['mobile-app'] ?? ''
  await hand.pick(menuOf(p, 'Night'), 'Replace…')
  await hand.fill(dialog.getByRole('textbox', { name: 'Virtual key' }), third)
  await hand.press(dialog.getByRole('button', { name: 'Replace' }))
  await hand.outside(async () => {
    await becomes(p.secrets).toMatchObject({ 'prod/virtual-key/2': third })
    await becomes(() => p.core.received.some((one) => one.socket && one.key === third)).toBe(true)
  })

  await hand.pick(menuOf(p, 'Night'), 'Remove…')
  await hand.press(dialog.getByRole('button', { name: 'Remove' }))
  await hand.outside(async () => {
    await becomes(async () => Object.keys(await p.secrets())).not.toContain('prod/virtual-key/2')
    await becomes(() => keysOf(p).length).toBe(1)
    await becomes(async () => Object.keys((await p.live()).monitoredKeys)).toEqual(['prod/1'])
  })
})

it('a gateway whose keys were lost is given them again', async () => {
  const p = await program({ watched: false, keychain: false })
  const hand = new Hand(p)
  await p.add()
  await p.stop()
  await p.startGatewatch([])
  await p.load('/spend')
  await hand.press(p.page.getByRole('button', { name: 'Update key' }).first())
  const form = p.page.getByRole('dialog')
  await hand.inView(() => form.waitFor())
  expect(
    await form.getByRole('textbox', { name: 'Virtual key' }).evaluate((e) => e === document.activeElement),
  ).toBe(true)
  await hand.fill(form.getByRole('textbox', { name: 'Virtual key' }), p.keys[''] ?? '')
  await hand.fill(form.getByRole('textbox', { name: 'Master key' }), p.master)
  await hand.press(form.getByRole('button', { name: 'Save' }))
  await hand.outside(() => p.connected('prod'))
  // One of several keys, by its own line.
  await p.stop()
  await p.startGatewatch([])
  await p.load('/connections')
  await hand.pick(p.page.getByRole('button', { name: /^More for key/ }), 'Enter it…')
  await hand.fill(form.getByRole('textbox', { name: 'Virtual key' }), p.keys[''] ?? '')
  await hand.press(form.getByRole('button', { name: 'Replace' }))
  await hand.outside(async () => {
    await becomes(async () => (await p.live()).monitoredKeys['prod/1']?.state).toBe('live')
  })
})

it('a refused key is named, and replaced, and the one that works stays', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  await p.add()
  await p.go('/connections')
  const dialog = p.page.getByRole('dialog')
  await p.page.getByRole('button', { name: 'Add a key…' }).click()
  await dialog.getByLabel('Label').fill('Batch')
  await dialog.getByRole('textbox', { name: 'Virtual key' }).fill('condt_rotated')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await p.page.getByText('refused the virtual key “Batch” (401)').waitFor()
  await hand.press(p.page.getByRole('button', { name: 'Update key' }))
  const form = p.page.getByRole('dialog', { name: 'Update keys of Prod' })
  await hand.press(form.getByRole('button', { name: 'Cancel' }))
  await hand.inView(() => form.waitFor({ state: 'hidden' }))
  await hand.press(p.page.getByRole('button', { name: 'Update key' }))
  await hand.press(form.getByRole('button', { name: 'Toggle password visibility' }))
  const second = p.keys['research-batch'] ?? ''
  await hand.fill(form.getByRole('textbox', { name: 'Virtual key “Batch”' }), second)
  await hand.press(form.getByRole('button', { name: 'Save' }))
  await hand.outside(async () => {
    await becomes(p.secrets).toMatchObject({ 'prod/virtual-key': p.keys[''], 'prod/virtual-key/2': second })
    await becomes(async () => (await p.live()).monitoredKeys['prod/2']?.state).toBe('live')
  })
  await hand.inView(() => p.page.getByRole('button', { name: 'Update key' }).waitFor({ state: 'hidden' }))
})

it('the keys of a gateway are forgotten, and a gateway is removed, after a question', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  await p.add()
  await p.go('/connections')
  const more = p.page.getByRole('button', { name: 'More for Prod' })
  const dialog = p.page.getByRole('dialog')

  await hand.pick(more, 'Forget keys…')
  await hand.press(dialog.getByRole('button', { name: 'Cancel' }))
  await hand.inView(() => dialog.waitFor({ state: 'hidden' }))
  expect(Object.keys(await p.secrets()).length).toBe(2)

  await hand.pick(more, 'Forget keys…')
  await hand.press(dialog.getByRole('button', { name: 'Forget keys' }))
  await hand.outside(async () => {
    await becomes(p.secrets).toEqual({})
    await becomes(() => p.core.open + p.admin.open).toBe(0)
    expect(p.settings().profiles[0]).toMatchObject({ master_key_stored: false, connect: false })
  })

  await hand.pick(more, 'Edit…')
  await hand.fill(dialog.getByLabel('Name'), 'Other')
  await hand.press(dialog.getByRole('button', { name: 'Save' }))
  await hand.outside(() => becomes(() => p.settings().profiles[0].label).toBe('Other'))

  await hand.pick(p.page.getByRole('button', { name: 'More for Other' }), 'Remove…')
  await hand.press(dialog.getByRole('button', { name: 'Remove' }))
  await hand.outside(async () => {
    await becomes(() => p.settings().profiles ?? []).toEqual([])
    await becomes(async () => Object.keys((await p.live()).gateways)).toEqual([])
  })
  // Then the page offers to begin again.
  await hand.press(p.page.getByRole('main').getByRole('button', { name: 'Connect a gateway' }))
  await hand.inView(() => dialog.waitFor())
})

it('every dialog is left by Cancel, and a key can be looked at while it is typed', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  const dialog = p.page.getByRole('dialog')
  const leave = async () => {
    const eye = dialog.getByRole('button', { name: 'Toggle password visibility' }).first()
    if ((await eye.count()) > 0) {
      const hidden = await dialog.locator('input[type=password]').count()
      await hand.press(eye)
      await hand.inView(() => becomes(() => dialog.locator('input[type=password]').count()).toBe(hidden - 1))
    }
    await hand.press(dialog.getByRole('button', { name: 'Cancel' }))
    await hand.inView(() => dialog.waitFor({ state: 'hidden' }))
  }
  await hand.press(p.page.getByRole('main').getByRole('button', { name: 'Connect', exact: true }))
  await leave()
  await p.add()
  await p.go('/connections')
  const before = JSON.stringify(p.settings())
  await hand.press(p.page.getByRole('button', { name: 'Add gateway' }))
  await leave()
  await hand.press(p.page.getByRole('button', { name: 'Add a key…' }))
  await leave()
  for (const item of ['Rename…', 'Replace…', 'Remove…']) {
    await hand.pick(p.page.getByRole('button', { name: /^More for key/ }), item)
    await leave()
  }
  for (const item of ['Edit…', 'Remove…']) {
    await hand.pick(p.page.getByRole('button', { name: 'More for Prod' }), item)
    await leave()
  }
  expect(JSON.stringify(p.settings().profiles[0].core_url)).toBe(JSON.stringify(p.core.url))
  expect(before).toContain(p.core.url)
})

it('all of a gateway is edited', async () => {
  const p = await program({ watched: false })
  const hand = new Hand(p)
  await p.add()
  await p.go('/connections')
  const form = p.page.getByRole('dialog')
  await hand.pick(p.page.getByRole('button', { name: 'More for Prod' }), 'Edit…')
  // Both boxes of keys stand on one line, and what an empty one means is not cut.
  const boxes = ['Virtual key', 'Master key'].map((name) => form.getByRole('textbox', { name }))
  const [left, right] = await Promise.all(boxes.map((box) => box.boundingBox()))
  expect(left?.y).toBe(right?.y)
  for (const box of boxes)
    expect(
      await box.evaluate((input: HTMLInputElement) => {
        const pen = document.createElement('canvas').getContext('2d')
        if (!pen) return 0
        const { font, paddingLeft, paddingRight } = getComputedStyle(input)
        pen.font = font
        const room = input.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)
        return room - pen.measureText(input.placeholder).width
      }),
    ).toBeGreaterThan(0)
  await hand.choose(form.getByRole('combobox', { name: 'Colour' }), 'pink')
  await hand.fill(form.getByLabel('Core address'), `${p.core.url}/`)
  await hand.fill(form.getByLabel('Admin address'), `${p.admin.url}/`)
  await hand.toggle(form.getByRole('switch', { name: 'This is a production gateway' }))
  await hand.press(form.getByRole('button', { name: 'Add a webhook' }))
  await hand.fill(form.getByRole('textbox', { name: 'Webhook 1' }), 'https://hooks.example.com/b')
  await hand.press(form.getByRole('button', { name: 'Save' }))
  await hand.outside(async () => {
    await becomes(() => p.settings().profiles[0]).toMatchObject({
      colour: 'pink',
      production: true,
      webhooks: ['https://hooks.example.com/b'],
    })
    await p.connected('prod')
  })

  const other = p.keys['research-batch'] ?? ''
  await hand.pick(p.page.getByRole('button', { name: 'More for Prod' }), 'Edit…')
  await hand.fill(form.getByRole('textbox', { name: 'Virtual key' }), other)
  await hand.fill(form.getByRole('textbox', { name: 'Master key' }), p.master)
  await hand.press(form.getByRole('button', { name: 'Save' }))
  await hand.outside(async () => {
    await becomes(p.secrets).toMatchObject({ 'prod/virtual-key': other, 'prod/master-key': p.master })
    await p.connected('prod')
    await becomes(() => p.core.received.some((one) => one.key === other)).toBe(true)
  })
})

it('the demo is watched from the first page', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await hand.press(p.page.getByRole('button', { name: 'Demo', exact: true }))
  await hand.outside(() => p.connected('demo'))
})
