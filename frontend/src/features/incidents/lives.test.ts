import { expect, it } from 'vitest'
import type { IncidentStep } from '../../bridge/types'
import { livesOf } from './lives'

const step = (at: number, alert: string, words: string): IncidentStep => ({
  at,
  alert,
  words,
  text: '',
  severity: 'warning',
  decision: false,
  notified: false,
})

it('an incident that was over in between lasted twice, however many alerts it has', () => {
  const steps = [step(10, 'a', 'Began'), step(20, 'b', 'Began'), step(30, 'a', 'Over'), step(40, 'b', 'Over')]
  expect(livesOf(steps)).toEqual([{ from: 10, to: 40 }])
  expect(livesOf([...steps, step(70, 'a', 'Began')])).toEqual([
    { from: 10, to: 40 },
    { from: 70, to: 0 },
  ])
  expect(livesOf([step(5, 'a', 'Over')])).toEqual([])
})
