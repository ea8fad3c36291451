import { memo } from 'react'
import { count, latency, UNKNOWN } from '../../lib/format'
import { GatewayHint } from '../../live/GatewayHint'
import { useIsPast } from '../../live/staleness'
import { useLive } from '../../live/store'
import { Tag } from '../../ui/controls'
import { Cell } from '../../ui/DataTable'
import { shows, unlessNegative } from '../../ui/Fact'
import { HourStrip } from '../../ui/HourStrip'
import { Shape } from '../../ui/Shape'
import { Name } from '../../ui/text'
import { AgeChip } from '../connections'
import { conditionWord, healthShape, modelsKnown } from './health'
import css from './providers.module.css'

/** One provider in the table. */
export const ProviderRow = memo(function ProviderRow({ id }: { id: string }) {
  const provider = useLive((live) => live.providers[id])
  const past = useIsPast(provider)
  if (!provider) return null
  return (
    <>
      <Cell className={css.name}>
        <Name>{provider.name}</Name>
        <GatewayHint of={provider} among="providers" />
        {provider.newModels.length > 0 ? (
          <Tag tone="accent" fact={shows('provider.newModels', id)}>
            {provider.newModels.length} new
          </Tag>
        ) : null}
      </Cell>
      <Cell>
        <span className={css.state} {...shows('provider.health', id)}>
          <Shape of={healthShape(provider.health, past)} label="" />
          {conditionWord(provider, past)}
        </span>
      </Cell>
      <Cell>
        <HourStrip
          hour={provider.healthTimeline}
          health={conditionWord(provider, past)}
          name={provider.name}
          of={id}
        />
      </Cell>
      <Cell end className="num" fact={shows('provider.latency', id, unlessNegative(provider.latencyMs))}>
        {latency(provider.latencyMs)}
      </Cell>
      <Cell className="dim">
        <bdi title={provider.error} {...shows('provider.error', id)}>
          {provider.error}
        </bdi>
      </Cell>
      <Cell
        end
        className="num"
        fact={shows(
          'provider.models',
          id,
          modelsKnown(provider) ? provider.models.length : { status: 'unknown' },
        )}
      >
        {modelsKnown(provider) ? count(provider.models.length) : UNKNOWN}
      </Cell>
      <Cell end className="faint">
        <AgeChip of={provider} fact="provider.updatedAt" id={provider.id} />
      </Cell>
    </>
  )
})
