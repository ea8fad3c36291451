import { plural } from '../../lib/format'
import { go } from '../../lib/route'
import { Tag } from '../../ui/controls'
import { Fact, shows } from '../../ui/Fact'
import { sourceWords } from '../../ui/labels'
import { EmptyMessage, Panel } from '../../ui/Panel'
import { Name, TimeAgo } from '../../ui/text'
import css from './discovery.module.css'
import { useModelDiscovery } from './useModelDiscovery'

/** What models were found, newest first. */
export function DiscoveriesPanel() {
  const { recent } = useModelDiscovery()
  return (
    <Panel
      title="Discovered models"
      aside={recent.length > 0 ? <Fact name="view.findings">{plural(recent.length, 'finding')}</Fact> : null}
      flush
    >
      {recent.length === 0 ? (
        <EmptyMessage title="Nothing was discovered yet.">
          New models show here when the gateway finds them.
        </EmptyMessage>
      ) : (
        <ul className={css.list}>
          {recent.slice(0, 50).map((finding) => (
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
                    <span className="dim" {...shows('finding.models', finding.id)}>
                      {plural(finding.models.length, 'model')}, none new
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
