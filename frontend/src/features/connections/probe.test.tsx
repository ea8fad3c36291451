import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aGateway, aLink } from '../../bridge/fixtures'
import { byId, given, renderWith } from '../../test/render'
import { ProbeDialog } from './ProbeDialog'

it('says of a hub that the gateway does not offer that it is none to see to', async () => {
  const hub = { gateway: 'prod', plane: 'core', state: 'error' }
  given({
    gateways: byId(aGateway({ id: 'prod' })),
    links: byId(
      aLink({
        ...hub,
        hub: 'model-discovery',
        class: 'unsupported',
        cause: 'This gateway does not have this hub.',
      }),
      aLink({ ...hub, hub: 'spend', class: 'auth', cause: 'The gateway does not accept this key.' }),
    ),
  })
  renderWith(<ProbeDialog id="prod" label="prod" onClose={() => {}} />)
  const hubs = within(await screen.findByRole('region', { name: 'Hubs' }))
  const row = (name: string) => hubs.getByText(name).closest('li')
  expect(row('model-discovery (core)')?.textContent).toMatch(/Not offered/)
  expect(row('spend (core)')?.textContent).toMatch(/Needs attention/)
  const shape = (name: string) => row(name)?.querySelector('svg')?.outerHTML
  expect(shape('model-discovery (core)')).not.toBe(shape('spend (core)'))
})
