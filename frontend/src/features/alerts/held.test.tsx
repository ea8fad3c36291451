import { act, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { aGateway, anAlert } from '../../bridge/fixtures'
import { go } from '../../lib/route'
import { aLive, byId, openWindow } from '../../test/render'

let stop = () => {}
afterEach(() => stop())

const held = (id: string, by: string) =>
  anAlert({ id, gateway: 'prod', severity: 'warning', inhibitedBy: by, title: `Alert ${id}` })

it.each([
  ['one', [held('a', 'maintenance')], /1 alert is held back by: maintenance\./],
  [
    'two of one cause',
    [held('a', 'maintenance'), held('b', 'maintenance')],
    /2 alerts are held back by: maintenance\./,
  ],
  [
    'two of two causes',
    [held('a', 'maintenance'), held('b', 'Prod does not answer')],
    /2 alerts are held back by: maintenance, Prod does not answer\./,
  ],
])('what holds alerts back is named: %s', async (_, alerts, says) => {
  const opened = await openWindow(
    aLive({ gateways: byId(aGateway({ id: 'prod' })), alerts: byId(...alerts) }),
    '/alerts',
  )
  stop = opened.stop
  const there = () => screen.findByText((_text, of) => of?.tagName === 'P' && says.test(of.textContent ?? ''))
  await there()
  act(() => go('now'))
  await screen.findByRole('region', { name: 'Open alerts' })
  await there()
})

it('a snooze that has no time ends with its alert', async () => {
  const opened = await openWindow(
    aLive({
      gateways: byId(aGateway({ id: 'prod' })),
      alerts: byId(
        anAlert({ id: 'a', gateway: 'prod', severity: 'warning', silencedUntil: Date.UTC(9999, 0) }),
      ),
    }),
    '/alerts/a',
  )
  stop = opened.stop
  const panel = await screen.findByRole('complementary', { name: /^Alert/ })
  expect(panel.textContent).toMatch(/Snoozed until\s*it is over/)
})
