import { expect, it } from 'vitest'
import { program } from './program'
import { HARDSHIPS } from './witness/hardships'
import { SITUATIONS, STILL } from './witness/situations'
import { complaints, glance, keep, witness } from './witness/witness'

const long = process.env.GATEWATCH_LONG === '1'
const only = process.env.WITNESS_ONLY ?? ''

const ALL = [...SITUATIONS, ...HARDSHIPS]
for (const made of ALL.filter(
  (one) =>
    (long || !one.long || only !== '') &&
    (!one.clock || process.env.WIRED_CLOCK) &&
    new RegExp(only).test(one.name),
)) {
  it(`${made.name}: every number is true, or said to be unknown`, async () => {
    const began = Date.now()
    const p = await program({ world: STILL, ...made.options })
    const more = await made.act?.(p)
    const tally = await witness({ name: made.name, p, began, ...more })
    console.log(
      `${made.name}: ${tally.books} as the books, ${tally.own} as the program, ${tally.unknown} said to be unknown, ${tally.seen} named only, ${tally.wrong.length} false, in ${Date.now() - began} ms`,
    )
    keep(tally, ALL.indexOf(made))
    if (complaints(tally).length > 0) console.log(complaints(tally).join('\n'))
    expect(complaints(tally)).toEqual([])
  }, 900_000)
}

it('the witness sees what is false, what has no name, and whose name nobody knows', async () => {
  const p = await program({ world: STILL })
  await p.connected('gateway')
  await p.page.evaluate(() => {
    const add = (text: string, facts: Record<string, string>) => {
      const made = document.createElement('p')
      made.textContent = text
      for (const [name, value] of Object.entries(facts)) made.setAttribute(name, value)
      document.querySelector('main')?.append(made)
    }
    add('$12.34', {})
    add('12.35', { 'data-fact': 'nobody.knows' })
    add('$12.36', { 'data-fact': 'group.balance', 'data-of': 'gateway/1' })
    add('12 %', { 'data-fact': 'group.share', 'data-of': 'gateway/none', 'data-state': 'unknown' })
  })
  const said = complaints(await glance({ name: 'made up', p, began: Date.now() })).join('\n')
  expect(said).toContain('no fact covers "$12.34"')
  expect(said).toContain('no truth is known for nobody.knows')
  expect(said).toContain('says "$12.36", and is 80000000000')
  expect(said).toContain('says "12 %", and shows a value that nobody can know')
})
