import type { Discovery } from '../../bridge/types'
import { plural } from '../../lib/format'
import { go } from '../../lib/route'
import { Tag } from '../../ui/controls'
import { Fact, shows } from '../../ui/Fact'
import { sourceWords } from '../../ui/labels'
import { EmptyMessage, Panel } from '../../ui/Panel'
import { Name, TimeAgo } from '../../ui/text'
import css from './discovery.module.css'
import { useModelDiscovery } from './useModelDiscovery'

/** Findings of something new, and of the others the newest of each provider. */
function worthTelling(recent: readonly Discovery[]): Discovery[] {
  const told = new Set<string>()
  return recent.filter((finding) => {
    if (finding.new.length > 0) return true
    const of = `${finding.gateway}/${finding.provider}`
    if (told.has(of)) return false
    told.add(of)
    return true
  })
}

/** What models were found, newest first; what a provider had all along is told once, of its last look. */
export function DiscoveriesPanel({ sought = '' }: { sought?: string }) {
  const { recent } = useModelDiscovery()
  const shown = worthTelling(recent).filter((finding) =>
    `${finding.name || finding.provider} ${finding.models.join(' ')}`.toLowerCase().includes(sought),
  )
  return (
    <Panel
      title="Discovered models"
      aside={shown.length > 0 ? <Fact name="view.findings">{plural(shown.length, 'finding')}</Fact> : null}
      flush
    >
      {recent.length === 0 ? (
        <EmptyMessage title="Nothing was discovered yet.">
          New models show here when the gateway finds them.
        </EmptyMessage>
      ) : shown.length === 0 ? (
        <EmptyMessage title="No finding fits.">Change the search to see more.</EmptyMessage>
      ) : (
        <ul className={css.list}>
          {shown.slice(0, 50).map((finding) => (
            <li key={finding.id}>
              <button type="button" onClick={() => go('providers', `${finding.gateway}/${finding.provider}`)}>
                <span className={css.who}>
                  <Name>{finding.name || finding.provider}</Name>
                </span>
                <span className={css.models}>
                  {finding.new.length > 0 ? (
                    finding.new.slice(0, 6).map((model) => (
                      <Tag key={model} tone="accent">
                        <bdi {...shows('name')}>{model}</bdi>
                      </Tag>
                    ))
                  ) : (
                    <span
                      className="dim"
                      title={finding.models.join(', ')}
                      {...shows('finding.models', finding.id)}
                    >
                      {finding.models.length === 1 ? (
                        <bdi>{finding.models[0]}</bdi>
                      ) : (
                        plural(finding.models.length, 'model')
                      )}
                      , none new
                    </span>
                  )}
                  {finding.new.length > 6 ? (
                    <span className="dim" {...shows('finding.more', finding.id)}>
                      and {finding.new.length - 6} more
                    </span>
                  ) : null}
                </span>
                <span className="faint">
                  <span title={sourceWords(finding.source)} {...shows('finding.source', finding.id)}>
                    <TimeAgo at={finding.at} fact="finding.at" of={finding.id} />
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
