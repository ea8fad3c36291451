import { useMemo, useState } from 'react'
import { go } from '../../lib/route'
import { useScope } from '../../live/scope'
import { SearchField, Segments } from '../../ui/controls'
import { type Column, DataTable } from '../../ui/DataTable'
import { Fact, shows } from '../../ui/Fact'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Panel } from '../../ui/Panel'
import { useStableOrder } from '../../ui/useStableOrder'
import { DeliveryNote } from '../connections'
import { DiscoveriesPanel, useModelDiscovery } from '../discovery'
import { ProviderPanel } from './ProviderPanel'
import { ProviderRow } from './ProviderRow'
import { usePast } from './usePast'

/** What can be seen decides what this page can show; the first is its main matter. */
const TOPICS: readonly string[] = ['providers', 'health', 'errors']

const COLUMNS: readonly Column[] = [
  { key: 'name', head: 'Provider', width: 'minmax(180px, 1.4fr)' },
  { key: 'health', head: 'Health', width: '126px' },
  { key: 'hour', head: 'Last 60 min', width: 'minmax(120px, 1.4fr)' },
  { key: 'latency', head: 'Latency', width: '70px', end: true },
  { key: 'error', head: 'Error', from: 840, width: 'minmax(80px, 1.4fr)' },
  { key: 'models', head: 'Models', width: '64px', end: true },
  { key: 'age', head: 'Age', from: 670, width: '84px', end: true },
]

type Which = 'all' | 'unhealthy' | 'healthy'

/** Which upstream is sick, and since when? */
export function ProvidersPage({ open }: { open: string }) {
  const { providers, health } = useModelDiscovery()
  const scope = useScope()
  const [which, setWhich] = useState<Which>('all')
  const [text, setText] = useState('')
  const sought = text.trim().toLowerCase()
  const order = providers
    .filter((provider) => which === 'all' || (which === 'healthy') === (provider.health === 'healthy'))
    .filter((provider) => `${provider.name} ${provider.models.join(' ')}`.toLowerCase().includes(sought))
    .map((provider) => provider.id)
    .join('\u0000')
  const ids = useMemo(() => (order ? order.split('\u0000') : []), [order])
  const calm = useStableOrder(ids)
  const healthy = health.healthy ?? 0
  const past = usePast(providers)
  return (
    <PageFrame scroll side={open ? <ProviderPanel id={open} /> : null}>
      <PageHeader title="Providers">
        <Fact name="providers.words" of={scope}>
          {providers.length === 0
            ? 'No provider is known yet.'
            : `${healthy} of ${providers.length} healthy${health.unhealthy ? `, ${health.unhealthy} unhealthy` : ''}${health.degraded ? `, ${health.degraded} degraded` : ''}${past > 0 ? `, ${past === providers.length ? 'all' : `${past} of them`} as last known` : ''}.`}
        </Fact>
      </PageHeader>
      <DeliveryNote topics={TOPICS} />
      <Toolbar>
        <Segments
          label="Which providers"
          value={which}
          onChange={setWhich}
          options={[
            {
              value: 'all',
              label: 'All',
              count: providers.length || undefined,
              fact: shows('providers.listed', scope),
            },
            {
              value: 'unhealthy',
              label: 'Not healthy',
              count: providers.length - healthy,
              fact: shows('providers.notHealthy', scope),
            },
            { value: 'healthy', label: 'Healthy', count: healthy, fact: shows('providers.healthy', scope) },
          ]}
        />
        <SearchField label="Find a provider or model" value={text} onChange={setText} />
      </Toolbar>
      <Panel title="Health" flush>
        <DataTable
          label="Providers"
          columns={COLUMNS}
          ids={calm.ids}
          Row={ProviderRow}
          rowHeight={38}
          onOpen={(id) => go('providers', open === id ? '' : id)}
          opened={open}
          onPointer={calm.hold}
          empty={
            providers.length > 0 ? (
              <EmptyMessage title="No provider fits.">
                Change the filter or the search to see more.
              </EmptyMessage>
            ) : (
              <EmptyMessage title="No provider yet.">
                Providers appear when the gateway tells about their health or models.
              </EmptyMessage>
            )
          }
        />
      </Panel>
      <DiscoveriesPanel sought={sought} />
    </PageFrame>
  )
}
