import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../bridge/errors'
import { aGateway, aTask } from '../../bridge/fixtures'
import type { TopicDelivery } from '../../bridge/types'
import { byId, given, renderWith } from '../../test/render'
import { FinishedRow, Result, RunningRow } from './TaskRow'
import { TasksPage } from './TasksPage'

const gateways = byId(aGateway({ id: 'prod' }))
const tasks = (of: Partial<TopicDelivery>) =>
  byId({
    id: 'prod/tasks',
    gateway: 'prod',
    topic: 'tasks',
    delivery: 'pushed',
    intervalMs: 0,
    sources: [],
    reason: '',
    partly: false,
    since: 0,
    ...of,
  })
const asked = 'Batches are told by themselves; of images and videos only the tasks that are watched.'

describe('an empty page of tasks', () => {
  it.each([
    ['a gateway that tells all', tasks({}), 'Video and image generations appear here when they are queued.'],
    ['one that tells who asks', tasks({ reason: asked }), asked],
    ['one of which nothing is known', {}, 'What the gateway tells of tasks is not known yet.'],
  ])('promises of %s what that does', (_, deliveries, promise) => {
    given({ gateways, deliveries })
    renderWith(<TasksPage open="" />)
    expect(screen.getAllByText(promise).length).toBeGreaterThan(0)
  })

  it('says how long such tasks usually take, or that it is not known', () => {
    const known = aTask({ gateway: 'prod', task: 't1', usualMs: 25 * 60_000, usualCount: 12 })
    const other = aTask({ gateway: 'prod', task: 't2' })
    given({ gateways, tasks: byId(known, other) })
    const { container } = renderWith(
      <>
        <RunningRow id={known.id} />
        <RunningRow id={other.id} />
      </>,
    )
    const told = [...container.querySelectorAll('[data-fact="task.usual"]')].map((cell) => cell.textContent)
    expect(told).toEqual(['25 min', '–'])
  })

  it('does not miss a link where there is none', () => {
    renderWith(<Result of="prod/1" url="" medium="batch" />)
    expect(screen.getByText('a batch has no link')).toBeTruthy()
  })
})

describe('a task whose connection was lost', () => {
  it('is not said to run', () => {
    const lost = aTask({
      id: 'prod/1',
      gateway: 'prod',
      task: 'one',
      status: 'processing',
      lostAt: Date.now() - 60_000,
    })
    given({
      gateways,
      tasks: byId(lost, aTask({ id: 'prod/2', gateway: 'prod', task: 'two', status: 'processing' })),
    })
    renderWith(<TasksPage open="prod/1" />)
    expect(screen.getByText(/^1 running, 1 not known, /)).toBeTruthy()
    expect(screen.getByText(/^Not known since .*; then: processing$/)).toBeTruthy()
  })
})

describe('how long a task took', () => {
  it.each([
    ['from its beginning', { begun: true, startedAt: 10_000 }, '50 s'],
    ['at least, where its beginning was not seen', { begun: false, startedAt: 10_000 }, '≥ 50 s'],
    ['is not known where only its end was', { begun: false, startedAt: 60_000 }, '–'],
    ['is not known without a beginning', { begun: false, startedAt: 0 }, '–'],
  ])('is told %s', (_, of, want) => {
    const task = aTask({ gateway: 'prod', task: 't', status: 'completed', finishedAt: 60_000, ...of })
    given({ gateways, tasks: byId(task) })
    renderWith(<FinishedRow id={task.id} />)
    expect(screen.getByText(want)).toBeTruthy()
  })
})

it('a task that cannot be watched is refused where its id was typed', async () => {
  given({ gateways })
  const { bridge } = renderWith(<TasksPage open="" />)
  bridge.Gateways.FollowTask = async () => {
    throw new BridgeError('usage', 'The gateway knows no such task.')
  }
  const user = userEvent.setup()
  await user.click(screen.getByRole('button', { name: 'Watch a task…' }))
  const field = await screen.findByLabelText('Task id')
  await user.type(field, 'nonsense{Enter}')
  expect(await screen.findByText('The gateway knows no such task.')).toBeTruthy()
  expect(screen.queryByText('Watching it.')).toBeNull()
  await user.type(field, 's')
  expect(screen.queryByText('The gateway knows no such task.')).toBeNull()
})
