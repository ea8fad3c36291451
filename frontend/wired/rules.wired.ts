import { expect, it } from 'vitest'
import { becomes, Hand } from './operate'
import { program } from './program'

it('each rule is switched off and on, also those that are off by themselves', async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await p.go('/settings')
  const rules = await p.rules()
  expect(rules.some((rule) => !rule.enabled)).toBe(true)
  for (const rule of rules) {
    const own = rule.enabled
    const enabled = async () => (await p.rules()).find((one) => one.id === rule.id)?.enabled
    const control = p.page.getByRole('switch', { name: `Rule ${rule.title}`, exact: true })
    const flip = async (to: boolean) => {
      await control.focus()
      await p.page.keyboard.press('Space')
      await becomes(enabled).toBe(to)
      await becomes(() => control.isChecked()).toBe(to)
      await becomes(() => control.isEnabled()).toBe(true)
    }
    await flip(!own)
    expect(p.settings().alerts.rules[rule.id], rule.id).toMatchObject({ off: own })
    await flip(own)
    await becomes(() => p.settings().alerts?.rules?.[rule.id]).toBeUndefined()
  }
  await hand.toggle(p.page.getByRole('switch', { name: 'Rule Task failed' }))
  await hand.outside(() =>
    becomes(() => p.settings().alerts.rules['task.failed']).toMatchObject({ off: true }),
  )
})

it("a rule's numbers are changed, and its own come back", async () => {
  const p = await program({ world: null })
  const hand = new Hand(p)
  await p.go('/settings')
  await hand.press(p.page.getByRole('button', { name: 'Change Task failed' }))
  await hand.inView(() => p.page.getByRole('group', { name: 'Numbers of Task failed' }).waitFor())
  const form = p.page.getByRole('group', { name: 'Numbers of Task failed' })
  await hand.choose(form.getByRole('combobox', { name: 'Severity' }), 'Critical')
  await hand.fill(form.getByLabel('Must hold for'), '90')
  await hand.fill(form.getByLabel('Over after'), '120')
  await hand.press(form.getByRole('button', { name: 'Save' }))
  await hand.outside(async () => {
    await becomes(() => p.settings().alerts?.rules?.['task.failed']).toMatchObject({
      severity: 'critical',
      for: '1m30s',
      keep: '2m',
    })
    expect((await p.rules()).find((rule) => rule.id === 'task.failed')).toMatchObject({
      severity: 'critical',
      forMs: 90_000,
      keepFiringForMs: 120_000,
    })
  })
  // One that repeats has its own time for that.
  await hand.press(p.page.getByRole('button', { name: 'Change Gateway does not answer' }))
  const other = p.page.getByRole('group', { name: 'Numbers of Gateway does not answer' })
  await hand.fill(other.getByLabel('Repeat after'), '45')
  await hand.press(other.getByRole('button', { name: 'Save' }))
  await hand.outside(() =>
    becomes(() => p.settings().alerts?.rules?.['gateway.unreachable']?.repeat).toBe('45m'),
  )
  await hand.press(p.page.getByRole('button', { name: 'Change Task failed' }))
  const own = p.page.getByRole('button', { name: "Use the rule's own" })
  await own.waitFor()
  // What it would have done is worked out with the numbers of the form, and asked of the history.
  const asking = p.page.getByRole('button', { name: 'What would it have done in the last 30 days?' })
  await hand.press(asking)
  await hand.inView(() =>
    p.page
      .getByRole('region', { name: 'What it would have done' })
      .getByText('It would not have fired.')
      .waitFor(),
  )
  await hand.press(own)
  await hand.outside(() => becomes(() => p.settings().alerts?.rules?.['task.failed']).toBeUndefined())
})

it('what a rule would have done is not worked out to its end when somebody stops it', async () => {
  const p = await program()
  const hand = new Hand(p)
  await p.connected('gateway')
  const answers: string[] = []
  p.page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => answers.push(String(payload))),
  )
  await p.load('/settings')
  await p.page.reload()
  await hand.press(p.page.getByRole('button', { name: 'Change Task failed' }))
  await hand.inView(() => p.page.getByRole('group', { name: 'Numbers of Task failed' }).waitFor())
  const asking = p.page.getByRole('button', { name: 'What would it have done in the last 30 days?' })
  const told = () => answers.filter((text) => text.includes('"watchedMs"'))
  const stopped = () => told().some((text) => text.includes('"It was stopped."'))
  // So short a history is soon played: the program is asked and stopped while it stands still, until
  // it hears of the one before it is through with the other.
  for (let tries = 1; tries <= 120 && !stopped(); tries++) {
    p.freeze(true)
    await asking.click()
    await hand.pressStill(p.page.getByRole('button', { name: 'Stop', exact: true }))
    p.freeze(false)
    await becomes(() => told().length).toBe(tries)
  }
  await hand.outside(async () => expect(stopped()).toBe(true))
  expect(await p.page.getByRole('region', { name: 'What it would have done' }).count()).toBe(0)
  // The next one is played to its end.
  await asking.click()
  await p.page.getByText('It would not have fired.').waitFor()
})
