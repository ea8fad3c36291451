import { useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Provider } from '../../bridge/types'
import { count, duration, latency, plural } from '../../lib/format'
import { byText } from '../../lib/order'
import { go } from '../../lib/route'
import { useNow } from '../../lib/time'
import { useIsPast } from '../../live/staleness'
import { useLive } from '../../live/store'
import { SmallButton, Tag } from '../../ui/controls'
import { Fact, shows, unlessNegative } from '../../ui/Fact'
import { HourStrip } from '../../ui/HourStrip'
import { failureRow, severityShape, severityWord, sourceWords } from '../../ui/labels'
import { EmptyMessage } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { DetailList, DetailSection, SidePanel } from '../../ui/SidePanel'
import { Name, Said, TimeAgo } from '../../ui/text'
import { AgeChip } from '../connections'
import { EVERYTHING, MuteButton } from '../mutes'
import { conditionWord, healthShape, modelsKnown } from './health'
import css from './providers.module.css'
import { useProviderModels } from './useProviderModels'

/** So many models are listed before the rest is asked for. */
const FEW = 24

/** One provider: how it is, since when, and its models. */
export function ProviderPanel({ id }: { id: string }) {
  const known = useProviderModels(id)
  const now = useNow(10_000)
  const past = useIsPast(known?.provider)
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
    <SidePanel
      label={`Provider ${provider.name}`}
      title={<Name>{provider.name}</Name>}
      onClose={close}
      actions={<MuteButton scope={{ ...EVERYTHING, kind: 'provider', entity: id }} />}
    >
      <p className={css.panelState}>
        <Shape of={healthShape(provider.health, past)} size={18} label="" />
        <Fact name="provider.health" of={id}>
          {conditionWord(provider, past)}
          {provider.since > 0 && !past ? ` for ${duration(now - provider.since)}` : ''}
        </Fact>
      </p>
      <HourStrip
        hour={provider.healthTimeline}
        health={conditionWord(provider, past)}
        name={provider.name}
        of={provider.id}
      />
      {provider.switchedOff ? (
        <p className={css.note} {...shows('provider.switchedOff', id)}>
          <b>The gateway itself switched this provider off.</b> It stays off until someone enables it.
        </p>
      ) : null}
      {provider.error ? (
        <p className={css.note}>
          <bdi {...shows('provider.error', id)}>{provider.error}</bdi>
        </p>
      ) : null}
      <DetailList
        rows={[
          [
            'Latency',
            latency(provider.latencyMs),
            shows('provider.latency', id, unlessNegative(provider.latencyMs)),
          ],
          failureRow(provider, shows('provider.failed', provider.id)),
          provider.p95Ms >= 0 ? ['Slowest twentieth', slowest(provider), shows('provider.p95', id)] : null,
          ['Changes', `${count(provider.changes)} since start`, shows('provider.changes', id)],
          [
            'Source',
            <span key="source">
              <Fact name="provider.source" of={id}>
                {sourceWords(provider.source)}
              </Fact>
              , <AgeChip of={provider} fact="provider.updatedAt" id={provider.id} />
            </span>,
          ],
          [
            'Models found',
            <TimeAgo key="found" at={known.discoveredAt} fact="provider.discoveredAt" of={provider.id} />,
          ],
          [
            'Id',
            <bdi key="id" className="mono">
              {provider.provider}
            </bdi>,
            shows('provider.id', id),
          ],
        ]}
      />
      <Affected gateway={provider.gateway} provider={provider.provider} />
      <DetailSection
        title={
          modelsKnown(provider) ? (
            <Fact name="provider.models" of={id}>
              {plural(known.models.length, 'model')}
            </Fact>
          ) : (
            'Models'
          )
        }
      >
        <Models models={known.models} fresh={known.newModels} of={id} />
      </DetailSection>
    </SidePanel>
  )
}

/** "over 1.2 s, usually over 400 ms". */
function slowest(provider: Provider): string {
  const baseline = provider.baselineP95Ms >= 0 ? `, usually over ${latency(provider.baselineP95Ms)}` : ''
  return `over ${latency(provider.p95Ms)}${baseline}`
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
    <DetailSection title="Alerts">
      {alerts.map((alert) => (
        <a key={alert.id} className={css.alert} href={`#/alerts/${encodeURIComponent(alert.id)}`}>
          <Shape of={severityShape(alert.severity)} label={severityWord(alert.severity)} />
          <Said {...shows('alert.title', alert.id)}>{alert.title}</Said>
        </a>
      ))}
    </DetailSection>
  )
}

function Models({ models, fresh, of }: { models: readonly string[]; fresh: readonly string[]; of: string }) {
  const [all, setAll] = useState(false)
  if (models.length === 0)
    return <p className="dim">None is known yet. They appear when the gateway discovers them.</p>
  const news = new Set(fresh)
  const ordered = [...models].sort((a, b) => Number(news.has(b)) - Number(news.has(a)) || byText(a, b))
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
        <SmallButton onClick={() => setAll(true)} {...shows('provider.models', of)}>
          Show all {models.length}
        </SmallButton>
      ) : null}
    </>
  )
}
