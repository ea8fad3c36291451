import { plural } from '../../lib/format'
import { useScope } from '../../live/scope'
import { Fact, shows } from '../../ui/Fact'
import { useAlerts } from './useAlerts'

/** How many alerts are held back, and by what: "3 alerts are held back by: maintenance." */
export function HeldBack() {
  const scope = useScope()
  const held = useAlerts('held')
  const by = [...new Set(held.map((alert) => alert.inhibitedBy))].filter(Boolean)
  return (
    <>
      <Fact name="alerts.held" of={scope}>
        {plural(held.length, 'alert')}
      </Fact>{' '}
      {held.length === 1 ? 'is' : 'are'} held back by:{' '}
      <bdi {...shows('alert.inhibitedBy', held[0]?.id)}>
        {by.slice(0, 3).join(', ') || 'what was so until just now'}
        {by.length > 3 ? ' and others' : ''}
      </bdi>
      .
    </>
  )
}
