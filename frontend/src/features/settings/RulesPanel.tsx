import { Switch } from '@mantine/core'
import { tellError } from '../../bridge/act'
import { useRules, useSetRule } from '../../bridge/queries'
import type { RuleView } from '../../bridge/types'
import { duration } from '../../lib/format'
import { Tag } from '../../ui/controls'
import { EmptyMessage, Panel, Skeleton } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { severityShape, severityWord } from '../../ui/things'
import css from './settings.module.css'

/** The alert rules, each of which can be switched off. */
export function RulesPanel() {
  const rules = useRules()
  const set = useSetRule()
  const toggle = (rule: RuleView, enabled: boolean) =>
    set.mutate(
      { id: rule.id, enabled, severity: '', forMs: -1, keepMs: -1, notify: rule.notify },
      { onError: tellError },
    )
  return (
    <Panel title="Alert rules" flush>
      {rules.data ? (
        rules.data.length === 0 ? (
          <EmptyMessage title="There are no rules." />
        ) : (
          <ul className={css.rules}>
            {rules.data.map((rule) => (
              <li key={rule.id}>
                <Shape of={severityShape(rule.severity)} label={severityWord(rule.severity)} />
                <span className={css.ruleText}>
                  {rule.title} {rule.changed ? <Tag>changed</Tag> : null}
                  <small>
                    <span className="mono">{rule.id}</span>
                    {rule.forMs > 0 ? ` · must hold ${duration(rule.forMs)}` : ''}
                    {rule.keepMs > 0 ? ` · over after ${duration(rule.keepMs)}` : ''}
                  </small>
                </span>
                <Switch
                  aria-label={`Rule ${rule.title}`}
                  checked={rule.enabled}
                  disabled={set.isPending}
                  onChange={(event) => toggle(rule, event.currentTarget.checked)}
                />
              </li>
            ))}
          </ul>
        )
      ) : rules.error ? (
        <EmptyMessage title="The rules cannot be read.">{rules.error.message}</EmptyMessage>
      ) : (
        <Skeleton />
      )}
    </Panel>
  )
}
