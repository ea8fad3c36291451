import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'

it('what was on the screen is there after a restart, and what was changed meanwhile is found', async () => {
  const p = await program()
  await p.connected('gateway')
  await becomes(async () => Object.values((await p.live()).providers).length).toBe(2)
  await becomes(async () => (await p.live()).pollTargets['gateway/rest:costs']?.outcome).toBe('good')
  await becomes(async () => (await p.live()).pollTargets['gateway/rest:settings']?.outcome).toBe('good')
  const before = await p.live()
  await p.stop()

  // The gateway is out of reach: the first picture is the last one, with its age.
  await p.play('listen off core', 'listen off admin')
  await p.startGatewatch()
  await p.load('/spend')
  const first = await p.live()
  expect(first.gateways.gateway?.pictureAt).toBeGreaterThan(0)
  for (const key of Object.values(before.keys))
    expect(first.keys[key.id]).toMatchObject({ name: key.name, status: key.status, group: key.group })
  for (const one of Object.values(before.providers)) {
    expect(first.providers[one.id]).toMatchObject({ name: one.name, health: one.health })
    expect(first.providers[one.id]?.remembered).toBeGreaterThan(0)
  }
  await becomes(() => p.page.getByText('is shown as it was at').count()).toBe(1)
  await becomes(() => p.page.getByText('platform-api').count()).not.toBe(0)
  await p.page.screenshot({ path: `${process.env.WIRED_WORK}/restart-first-picture.png` })
  const hand = new Hand(p)
  await hand.press(p.page.getByRole('status').getByRole('button', { name: 'Details' }))
  await hand.inView(() =>
    becomes(() => p.page.evaluate(() => location.hash)).toMatch(/^#\/connections(\/|$)/),
  )
  await p.stop()

  await p.play(
    'listen on core',
    'listen on admin',
    'mapping update bulk provider=openai model=gpt-5.2-mini',
    'mapping update chat-default price=5/20',
    'key disable mobile-app',
    'setting Retention.Days 7',
  )
  await p.startGatewatch()
  await p.load('/changes')
  for (const words of ['llama-4-8b', '$2.5', '$5', 'Retention.Days', 'mobile-app'])
    await becomes(() => p.page.getByRole('main').getByText(words, { exact: false }).count()).not.toBe(0)
  const found = Object.values((await p.live()).changes)
  expect(
    found
      .filter((change) => change.since > 0)
      .map((change) => change.entity)
      .sort(),
  ).toEqual(['configuration', 'model_cost', 'model_mapping', 'virtual_key'])
  await p.page.getByRole('main').getByText('mobile-app').first().click()
  await becomes(() => p.page.getByText('while Gatewatch was not running').count()).not.toBe(0)
  await p.page.screenshot({ path: `${process.env.WIRED_WORK}/restart-changes.png` })
  expect((await p.live()).gateways.gateway?.pictureAt).toBe(0)
})

it('says what changed before an alert, a mark among it, and who is hit', async () => {
  const p = await program()
  await p.connected('gateway')
  await becomes(async () => (await p.live()).pollTargets['gateway/rest:costs']?.outcome).toBe('good')
  await becomes(async () => (await p.live()).providers['gateway/1']?.aliases.length).toBe(1)
  expect((await p.run('mark', 'deploy web 1.4')).code).toBe(0)
  await p.load('/changes')
  await becomes(() => p.page.getByRole('main').getByText('deploy web 1.4').count()).not.toBe(0)
  await p.play('provider rotate-key openai', 'upstream openai 401')
  await becomes(async () =>
    Object.values((await p.live()).changes).some((change) => change.entity === 'provider_credential'),
  ).toBe(true)
  const about = async () =>
    Object.values((await p.live()).alerts).find(
      (one) => one.entityKind === 'provider' && one.category === 'provider' && one.entity === '1',
    )
  await becomes(async () => (await about())?.id ?? '').not.toBe('')
  await p.load(`/alerts/${(await about())?.id}`)
  const panel = p.page.getByRole('complementary').last()
  await becomes(() => panel.getByText('What changed before this?').count()).toBe(1)
  const likeliest = panel
    .locator('section')
    .filter({ hasText: 'What changed before this?' })
    .getByRole('listitem')
    .first()
  await becomes(async () => (await likeliest.textContent()) ?? '').toContain(
    'Credential openai: primary was updated',
  )
  await becomes(() => panel.getByText('deploy web 1.4').count()).toBe(1)
  await becomes(() => panel.getByText('chat-default has no other provider').count()).toBe(1)
  const hit = p.page.locator('[data-fact="alert.hit"]')
  await hit.scrollIntoViewIfNeeded()
  await becomes(async () => (await hit.textContent()) ?? '').toMatch(/\d keys? spent \$\d|is not known/)
  await p.page.screenshot({ path: `${process.env.WIRED_WORK}/causes.png` })
  const hand = new Hand(p)
  await hand.press(likeliest.getByRole('button', { name: 'Open' }))
  await hand.inView(() => becomes(() => p.page.evaluate(() => location.hash)).toContain('#/changes/'))
  await hand.press(panel.getByRole('button', { name: 'Close details' }))
  await hand.inView(() => becomes(() => p.page.evaluate(() => location.hash)).toBe('#/changes'))
  await hand.press(p.page.getByRole('table', { name: 'Changes' }).locator('[data-index="0"]'))
  await hand.inView(() => becomes(() => p.page.evaluate(() => location.hash)).toContain('#/changes/'))
  // The page of the incident says the same, and charts have the mark.
  await p.load(`/incidents/${(await about())?.id}`)
  const before = p.page.getByRole('region', { name: 'What changed before this?' })
  await becomes(async () => (await before.getByRole('listitem').first().textContent()) ?? '').toContain(
    'Credential openai: primary was updated',
  )
  await hand.press(before.getByRole('button', { name: 'Open' }).first())
  await hand.inView(() => becomes(() => p.page.evaluate(() => location.hash)).toContain('#/changes/'))
  await p.load('/')
  await becomes(() => p.page.getByRole('img', { name: /marked at .*: deploy web 1\.4/ }).count()).toBe(1)
  await p.page.screenshot({ path: `${process.env.WIRED_WORK}/marks.png` })
})
