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
import { type HealthGroup, healthCounts, healthGroup, healthWords } from './health'
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

type Which = 'all' | HealthGroup

const REST: readonly { value: HealthGroup; label: string }[] = [
  { value: 'disabled', label: 'Disabled' },
  { value: 'unknown', label: 'Unknown' },
]

/** Which upstream is sick, and since when? */
export function ProvidersPage({ open }: { open: string }) {
  const { providers } = useModelDiscovery()
  const scope = useScope()
  const [which, setWhich] = useState<Which>('all')
  const [text, setText] = useState('')
  const sought = text.trim().toLowerCase()
  const order = providers
    .filter((provider) => which === 'all' || which === healthGroup(provider.health))
    .filter((provider) => `${provider.name} ${provider.models.join(' ')}`.toLowerCase().includes(sought))
    .map((provider) => provider.id)
    .join('\u0000')
  const ids = useMemo(() => (order ? order.split('\u0000') : []), [order])
  const calm = useStableOrder(ids)
  const counts = healthCounts(providers)
  const past = usePast(providers)
  return (
    <PageFrame scroll side={open ? <ProviderPanel id={open} /> : null}>
      <PageHeader title="Providers">
        <Fact name="providers.words" of={scope}>
          {healthWords(counts, past)}
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
              value: 'failing',
              label: 'Not healthy',
              count: counts.failing,
              fact: shows('providers.notHealthy', scope),
            },
            {
              value: 'healthy',
              label: 'Healthy',
              count: counts.healthy,
              fact: shows('providers.healthy', scope),
            },
            // What is neither is listed by itself, while there is such.
            ...REST.filter(({ value }) => counts[value] > 0 || which === value).map(({ value, label }) => ({
              value,
              label,
              count: counts[value],
              fact: shows(`providers.${value}`, scope),
            })),
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
