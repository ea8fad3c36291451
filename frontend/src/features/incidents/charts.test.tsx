import { act, screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeBridge } from '../../bridge/fake'
import { worldOf } from '../../bridge/fakeWorld'
import type { Change, IncidentView } from '../../bridge/types'
import { now, setClock } from '../../lib/time'
import { given, renderWith } from '../../test/render'
import { alteredIn } from './altered'
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

it('what was altered and marked around it is drawn on both charts, as far as it is known when', async () => {
  const change = (id: string, of: Partial<Change>): Change => ({
    id,
    gateway: 'prod',
    entity: 'model_cost',
    action: 'updated',
    subject: id,
    name: id,
    source: 'rest:costs',
    provider: '',
    at: 1000,
    since: 0,
    after: 0,
    foundAt: 0,
    own: false,
    old: '',
    new: '',
    details: [],
    values: [],
    models: [],
    ...of,
  })
  const all = [
    change('price', { at: 5000 }),
    change('deploy', { at: 4000, entity: 'mark', gateway: '', action: 'set' }),
    change('elsewhere', { gateway: 'other' }),
    change('some time', { since: 500, foundAt: 1500 }),
    change('by its own clock', { at: 3000, since: 500, own: true }),
    change('later', { at: 9000 }),
  ]
  expect(alteredIn(all, 'prod', { from: 1000, to: 9000 })).toEqual([
    { at: 3000, text: 'by its own clock: Model cost updated', altered: true },
    { at: 4000, text: 'deploy' },
    { at: 5000, text: 'price: Model cost updated', altered: true },
  ])
  const live = worldOf('busy', Date.now())
  const [alert] = Object.values(live.alerts)
  if (!alert) throw new Error('there is no alert')
  live.changes = {
    p: change('p', { gateway: alert.gateway, name: 'chat-default price', at: since + 90_000 }),
  }
  given(live)
  const view = await fakeBridge({ live }).History.Incident(alert.id)
  Object.assign(view, { since, endedAt: since + 600_000, gateway: alert.gateway })
  renderWith(
    <IncidentStory id={alert.id} />,
    fakeBridge({ live, answers: { History: { Incident: async () => view } } }),
  )
  expect((await screen.findAllByTitle(/chat-default price: Model cost updated$/)).length).toBe(view.of.length)
  expect(await screen.findByRole('img', { name: /altered at .*: chat-default price/ })).toBeTruthy()
})

/** Until when the spending around an open incident is asked for. */
async function askedUntil(): Promise<number[]> {
  const live = worldOf('busy', Date.now())
  const [alert] = Object.values(live.alerts)
  if (!alert) throw new Error('there is no alert')
  given(live)
  const bridge = fakeBridge({ live })
  const view = await bridge.History.Incident(alert.id)
  Object.assign(view, { since: now() - 600_000, endedAt: 0 })
  view.of = view.of.map((one) => ({ ...one, since: view.since, endedAt: 0 }))
  const asked: number[] = []
  const Spend: typeof bridge.History.Spend = (query) => {
    asked.push(query.to)
    return bridge.History.Spend(query)
  }
  renderWith(
    <IncidentStory id={alert.id} />,
    fakeBridge({ live, answers: { History: { Incident: async () => view, Spend } } }),
  )
  await screen.findByText('Spend meanwhile')
  await waitFor(() => expect(asked.length).toBeGreaterThan(0))
  return asked
}

it('what was spent is drawn of minutes that are over', async () => {
  for (const to of await askedUntil()) {
    expect(to % 60_000).toBe(0)
    expect(to).toBeLessThanOrEqual(Date.now())
  }
})

it('what was spent is drawn, replayed, of minutes that were over then', async () => {
  const minute = new Date(2026, 11, 3, 0, 1).getTime()
  try {
    act(() => setClock(() => minute + 16_000))
    expect(new Set(await askedUntil())).toEqual(new Set([minute]))
  } finally {
    act(() => setClock(null))
  }
})
