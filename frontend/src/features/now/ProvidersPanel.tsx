import { memo } from 'react'
import { latency } from '../../lib/format'
import { go } from '../../lib/route'
import { GatewayHint } from '../../live/GatewayHint'
import { useScope } from '../../live/scope'
import { useIsPast } from '../../live/staleness'
import { useLive } from '../../live/store'
import { Fact, shows, unlessNegative } from '../../ui/Fact'
import { HourStrip } from '../../ui/HourStrip'
import { EmptyMessage, Panel } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { Name } from '../../ui/text'
import { AgeChip } from '../connections'
import { useModelDiscovery } from '../discovery'
import { conditionWord, healthShape } from '../providers'
import css from './NowPage.module.css'

/** As many as are seen at a glance; the page of providers has all. */
const MOST = 12

/** Every provider with its last hour. */
export function ProvidersPanel({ className }: { className?: string | undefined }) {
  const { providers, health } = useModelDiscovery()
  const scope = useScope()
  const failing = (health.unhealthy ?? 0) + (health.degraded ?? 0)
  return (
    <Panel
      title="Providers"
      aside={
        <>
          <span>
            {providers.length > 0 && failing > 0 ? (
              <Fact name="providers.failing" of={scope}>
                {failing} not healthy ·{' '}
              </Fact>
            ) : null}
            {providers.length > 0 ? 'last 60 min' : ''}
          </span>
          <a href="#/providers" {...shows('provider.count', scope)}>
            {providers.length > 0 ? `All ${providers.length}` : 'All providers'}
          </a>
        </>
      }
      flush
      className={className}
    >
      {providers.length === 0 ? (
        <EmptyMessage title="No provider yet.">
          Providers appear when the gateway tells about their health or models.
        </EmptyMessage>
      ) : (
        <div className={css.tiles}>
          {providers.slice(0, MOST).map((provider) => (
            <Tile key={provider.id} id={provider.id} />
          ))}
        </div>
      )}
    </Panel>
  )
}

const Tile = memo(function Tile({ id }: { id: string }) {
  const provider = useLive((live) => live.providers[id])
  const past = useIsPast(provider)
  if (!provider) return null
  const word = conditionWord(provider, past)
  const text = `${provider.name}: ${word}${provider.error ? `, ${provider.error}` : ''}`
  return (
    <button
      type="button"
      className={css.tile}
      title={text}
      onClick={() => go('providers', id)}
      {...shows('provider.health', id)}
    >
      <span className={css.tileHead}>
        <Shape of={healthShape(provider.health, past)} label={word} />
        <Name>{provider.name}</Name>
        <GatewayHint of={provider} among="providers" />
        {past ? (
          <span className="faint">
            <AgeChip of={provider} fact="provider.updatedAt" id={id} />
          </span>
        ) : (
          <span className="num faint" {...shows('provider.latency', id, unlessNegative(provider.latencyMs))}>
            {latency(provider.latencyMs)}
          </span>
        )}
      </span>
      <HourStrip hour={provider.healthTimeline} health={word} name={provider.name} of={id} />
    </button>
  )
})
