import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { BridgeError } from '../../bridge/errors'
import { worldOf } from '../../bridge/fakeWorld'
import { openWindow } from '../../test/render'

let stop = () => {}
afterEach(() => {
  stop()
  vi.restoreAllMocks()
})

async function openReport(prepare: (bridge: Awaited<ReturnType<typeof openWindow>>['bridge']) => void) {
  const opened = await openWindow(worldOf('busy', Date.now()), '/connections')
  stop = opened.stop
  prepare(opened.bridge)
  const user = userEvent.setup()
  await user.click(await screen.findByRole('button', { name: 'More for prod' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Copy report…' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Report on prod' }))
  return { user, dialog, bridge: opened.bridge }
}

describe('the report on a gateway', () => {
  it('looks once, shows what was found, and copies it', async () => {
    const { user, dialog, bridge } = await openReport(() => {})
    expect((await dialog.findByLabelText('Report')).textContent).toContain('prod, Core API')
    expect(bridge.calls.filter((call) => call === 'Gateways.Report("prod")')).toHaveLength(1)
    const copied = vi.spyOn(navigator.clipboard, 'writeText')
    await user.click(dialog.getByRole('button', { name: 'Copy report' }))
    expect(copied).toHaveBeenCalledOnce()
    expect(copied.mock.calls[0]?.[0]).toContain('prod, Core API')
  })

  it('says why there is none, and looks again', async () => {
    let fails = true
    const { user, dialog } = await openReport((bridge) => {
      const report = bridge.Gateways.Report
      bridge.Gateways.Report = (id) =>
        fails ? Promise.reject(new BridgeError('usage', 'There is no such gateway.')) : report(id)
    })
    expect(await dialog.findByText('There is no such gateway.')).toBeTruthy()
    expect((dialog.getByRole('button', { name: 'Copy report' }) as HTMLButtonElement).disabled).toBe(true)
    fails = false
    await user.click(dialog.getByRole('button', { name: 'Look again' }))
    expect(await dialog.findByLabelText('Report')).toBeTruthy()
  })
})
