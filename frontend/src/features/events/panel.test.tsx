import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it } from 'vitest'
import { aGateway } from '../../bridge/fixtures'
import type { EventLine } from '../../bridge/types'
import { aLive, openWindow } from '../../test/render'

let stop = () => {}
afterEach(() => stop())

const anEvent = (seq: number, text: string): EventLine => ({
  seq,
  gateway: 'prod',
  kind: 'task.failed',
  severity: 'warning',
  source: 'hub:tasks',
  text,
  at: Date.now() - seq * 1000,
})

describe('a row of the events', () => {
  it('is opened by Enter and by a click, and closed by Escape', async () => {
    const live = aLive({
      gateways: { prod: aGateway({ id: 'prod', label: 'Production' }) },
      events: { 2: anEvent(2, 'The video failed'), 1: anEvent(1, 'The image failed') },
    })
    const opened = await openWindow(live, '/events')
    stop = opened.stop
    const user = userEvent.setup()
    const table = within(await screen.findByRole('table', { name: 'Events' }))
    act(() => table.getByText('The image failed').closest<HTMLElement>('[data-index]')?.focus())
    await user.keyboard('{Enter}')
    const panel = await screen.findByRole('complementary', { name: 'Event' })
    expect(within(panel).getByText('The image failed')).toBeTruthy()
    await user.click(table.getByText('The video failed'))
    expect(within(panel).getByText('The video failed')).toBeTruthy()
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('complementary', { name: 'Event' })).toBeNull())
  })
})
