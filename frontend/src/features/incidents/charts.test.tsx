import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeBridge } from '../../bridge/fake'
import { worldOf } from '../../bridge/fakeWorld'
import type { IncidentView } from '../../bridge/types'
import { given, renderWith } from '../../test/render'
import { IncidentStory } from './IncidentStory'

const since = Date.now() - 3_600_000

async function shown(change: (view: IncidentView) => void) {
  const live = worldOf('busy', Date.now())
  const [alert] = Object.values(live.alerts)
  if (!alert) throw new Error('there is no alert')
  given(live)
  const view = await fakeBridge({ live }).History.Incident(alert.id)
  change(view)
  renderWith(
    <IncidentStory id={alert.id} />,
    fakeBridge({ live, answers: { History: { Incident: async () => view } } }),
  )
  await screen.findByText('In short')
}

it('each time that an alert was open in it is drawn, and its threshold said', async () => {
  await shown((view) => {
    const [alert] = view.of
    if (!alert) throw new Error('it has no alert')
    Object.assign(view, { since, endedAt: 0 })
    Object.assign(alert, {
      title: 'Research has used 91 %',
      body: 'Threshold 75 %. $5 of $6.',
      since: since + 60_000,
      endedAt: 0,
    })
    view.of = [{ ...alert, since, endedAt: since + 30_000 }, alert]
  })
  const lanes = screen.getAllByText(/· Threshold 75 %/).map((one) => one.closest('[title]'))
  expect(lanes.map((lane) => lane?.querySelectorAll('i').length)).toEqual([1, 1])
  expect(screen.getByText(/^\d+ min$|^1 h/)).toBeTruthy()
})

it('an incident of which no alert is kept says so', async () => {
  await shown((view) => {
    view.of = []
  })
  expect(screen.getByText('None of its alerts is kept.')).toBeTruthy()
  expect(screen.getByText('When its alerts were open is not kept.')).toBeTruthy()
})
