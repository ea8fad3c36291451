import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { aGateway } from '../../bridge/fixtures'
import type { TopicDelivery } from '../../bridge/types'
import { byId, given, renderWith } from '../../test/render'
import { Result } from './TaskRow'
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

  it('does not miss a link where there is none', () => {
    renderWith(<Result of="prod/1" url="" medium="batch" />)
    expect(screen.getByText('a batch has no link')).toBeTruthy()
  })
})
