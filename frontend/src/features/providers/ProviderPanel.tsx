import { useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Provider } from '../../bridge/types'
import { count, duration, latency, plural } from '../../lib/format'
import { go } from '../../lib/route'
import { useNow } from '../../lib/time'
import { useLive } from '../../live/store'
import { SmallButton, Tag } from '../../ui/controls'
import { HourStrip } from '../../ui/HourStrip'
import { EmptyMessage } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { Facts, Part, SidePanel } from '../../ui/SidePanel'
import { Name, TimeAgo } from '../../ui/text'
import { failureRow, severityShape, severityWord, sourceWords } from '../../ui/things'
import { AgeChip } from '../connections/AgeChip'
import { healthShape, healthWord, modelsKnown } from './health'
import css from './providers.module.css'
import { useProviderModels } from './useProviderModels'

/** So many models are listed before the rest is asked for. */
const FEW = 24

/** One provider: how it is, since when, and its models. */
export function ProviderPanel({ id }: { id: string }) {
  const known = useProviderModels(id)
  const now = useNow(10_000)
  const close = () => go('providers')
  if (!known) {
    return (
      <SidePanel label="Provider" title="Provider" onClose={close}>
        <EmptyMessage title="This provider is not known any more." />
      </SidePanel>
    )
  }
  const { provider } = known
  return (
    <SidePanel label={`Provider ${provider.name}`} title={<Name>{provider.name}</Name>} onClose={close}>
      <p className={css.panelState}>
        <Shape of={healthShape(provider.health)} size={18} label="" />
        {healthWord(provider.health)}
        {provider.since > 0 ? ` for ${duration(now - provider.since)}` : ''}
      </p>
      <HourStrip hour={provider.hour} name={provider.name} />
      {provider.switchedOff ? (
        <p className={css.note}>
          <b>The gateway itself switched this provider off.</b> It stays off until someone enables it.
        </p>
      ) : null}
      {provider.error ? (
        <p className={css.note}>
          <bdi>{provider.error}</bdi>
        </p>
      ) : null}
      <Facts
        rows={[
          ['Latency', latency(provider.latencyMs)],
          failureRow(provider),
          provider.p95Ms >= 0 ? ['Slowest twentieth', slowest(provider)] : null,
          ['Changes', `${count(provider.changes)} since start`],
          [
            'Source',
            <span key="source">
              {sourceWords(provider.source)}, <AgeChip of={provider} />
            </span>,
          ],
          ['Models found', <TimeAgo key="found" at={known.discoveredAt} />],
          [
            'Id',
            <bdi key="id" className="mono">
              {provider.provider}
            </bdi>,
          ],
        ]}
      />
      <Affected gateway={provider.gateway} provider={provider.provider} />
      <Part title={modelsKnown(provider) ? plural(known.models.length, 'model') : 'Models'}>
        <Models models={known.models} fresh={known.newModels} />
      </Part>
    </SidePanel>
  )
}

/** "over 1.2 s, usually over 400 ms". */
function slowest(provider: Provider): string {
  const usual = provider.usualP95Ms >= 0 ? `, usually over ${latency(provider.usualP95Ms)}` : ''
  return `over ${latency(provider.p95Ms)}${usual}`
}

function Affected({ gateway, provider }: { gateway: string; provider: string }) {
  const alerts = useLive(
    useShallow((live) =>
      Object.values(live.alerts).filter(
        (alert) =>
          alert.gateway === gateway &&
          alert.entityKind === 'provider' &&
          alert.entity === provider &&
          alert.status !== 'resolved',
      ),
    ),
  )
  if (alerts.length === 0) return null
  return (
    <Part title="Alerts">
      {alerts.map((alert) => (
        <a key={alert.id} className={css.alert} href={`#/alerts/${encodeURIComponent(alert.id)}`}>
          <Shape of={severityShape(alert.severity)} label={severityWord(alert.severity)} />
          <bdi>{alert.title}</bdi>
        </a>
      ))}
    </Part>
  )
}

function Models({ models, fresh }: { models: readonly string[]; fresh: readonly string[] }) {
  const [all, setAll] = useState(false)
  if (models.length === 0)
    return <p className="dim">None is known yet. They appear when the gateway discovers them.</p>
  const news = new Set(fresh)
  const ordered = [...models].sort((a, b) => Number(news.has(b)) - Number(news.has(a)) || a.localeCompare(b))
  const shown = all ? ordered : ordered.slice(0, FEW)
  return (
    <>
      <ul className={css.models}>
        {shown.map((model) => (
          <li key={model}>
            <Name>{model}</Name>
            {news.has(model) ? <Tag tone="accent">new</Tag> : null}
          </li>
        ))}
      </ul>
      {shown.length < models.length ? (
        <SmallButton onClick={() => setAll(true)}>Show all {models.length}</SmallButton>
      ) : null}
    </>
  )
}
