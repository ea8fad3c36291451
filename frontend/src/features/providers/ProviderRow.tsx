import { memo } from 'react'
import { count, latency, UNKNOWN } from '../../lib/format'
import { useLive } from '../../live/store'
import { Tag } from '../../ui/controls'
import { Cell } from '../../ui/DataTable'
import { HourStrip } from '../../ui/HourStrip'
import { Shape } from '../../ui/Shape'
import { Name } from '../../ui/text'
import { AgeChip } from '../connections/AgeChip'
import { healthShape, healthWord, modelsKnown } from './health'
import css from './providers.module.css'

/** One provider in the table. */
export const ProviderRow = memo(function ProviderRow({ id }: { id: string }) {
  const provider = useLive((live) => live.providers[id])
  if (!provider) return null
  return (
    <>
      <Cell className={css.name}>
        <Name>{provider.name}</Name>
        {provider.newModels.length > 0 ? <Tag tone="accent">{provider.newModels.length} new</Tag> : null}
      </Cell>
      <Cell>
        <span className={css.state}>
          <Shape of={healthShape(provider.health)} label="" />
          {provider.switchedOff ? 'Switched off' : healthWord(provider.health)}
        </span>
      </Cell>
      <Cell>
        <HourStrip hour={provider.hour} name={provider.name} />
      </Cell>
      <Cell end className="num">
        {latency(provider.latencyMs)}
      </Cell>
      <Cell className="dim">
        <bdi title={provider.error}>{provider.error}</bdi>
      </Cell>
      <Cell end className="num">
        {modelsKnown(provider) ? count(provider.models.length) : UNKNOWN}
      </Cell>
      <Cell end className="faint">
        <AgeChip of={provider} />
      </Cell>
    </>
  )
})
