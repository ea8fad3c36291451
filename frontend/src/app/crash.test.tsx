import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import { worldOf } from '../bridge/fakeWorld'
import { openWindow } from '../test/render'

let stop = () => {}
afterEach(() => {
  stop()
  vi.restoreAllMocks()
})

it('a crash is offered to be copied or deleted', async () => {
  const opened = await openWindow(worldOf('busy', Date.now()), '/')
  stop = opened.stop
  const crash = { id: 'crash', severity: 'warning', title: 'Gatewatch ended unexpectedly.', text: '', at: 1 }
  opened.bridge.push({ app: { crash } })
  const user = userEvent.setup()
  await user.click(await screen.findByRole('button', { name: 'Report…' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Gatewatch ended unexpectedly' }))
  await vi.waitFor(() =>
    expect(dialog.getByLabelText('Crash report').textContent).toContain('ended unexpectedly at'),
  )
  const copied = vi.spyOn(navigator.clipboard, 'writeText')
  await user.click(dialog.getByRole('button', { name: 'Copy report' }))
  expect(copied.mock.calls[0]?.[0]).toContain('ended unexpectedly at')
  await user.click(dialog.getByRole('button', { name: 'Delete report' }))
  expect(opened.bridge.calls).toContain('App.DeleteCrashReport()')
  await vi.waitFor(() => expect(screen.queryByRole('button', { name: 'Report…' })).toBeNull())
})
