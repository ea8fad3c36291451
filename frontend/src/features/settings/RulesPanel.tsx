import { Switch } from '@mantine/core'
import { useState } from 'react'
import { useRules, useSetRule } from '../../bridge/queries'
import { showError } from '../../bridge/showError'
import type { RuleInput, RuleView } from '../../bridge/types'
import { duration } from '../../lib/format'
import { SmallButton, Tag } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { severityShape, severityWord } from '../../ui/labels'
import { EmptyMessage, Panel, Skeleton } from '../../ui/Panel'
import { Shape } from '../../ui/Shape'
import { RuleNumbers } from './RuleNumbers'
import css from './settings.module.css'

/** The alert rules, each of which can be switched off and has numbers to change. */
export function RulesPanel() {
  const rules = useRules()
  const set = useSetRule()
  // Several stand open at once: each holds what was typed in it until that is saved.
  const [open, setOpen] = useState<readonly string[]>([])
  const close = (id: string) => setOpen((all) => all.filter((one) => one !== id))
  const save = (input: RuleInput) =>
    set.mutate(input, { onError: showError, onSuccess: () => close(input.id) })
  // What was changed before stays changed; the rest stays the rule's own.
  const toggle = (rule: RuleView, enabled: boolean) =>
    set.mutate(
      {
        id: rule.id,
        enabled,
        severity: rule.changed ? rule.severity : '',
        forMs: rule.changed ? rule.forMs : -1,
        keepFiringForMs: rule.changed ? rule.keepFiringForMs : -1,
        repeatMs: rule.repeatMs,
      },
      { onError: showError },
    )
  return (
    <Panel
      title="Alert rules"
      flush
      aside={<span className="faint">What is changed here counts at once, without Save below</span>}
    >
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
                  <small {...shows('rule.numbers', rule.id)}>
                    <span className="mono">{rule.id}</span>
                    {rule.forMs > 0 ? ` · must hold ${duration(rule.forMs)}` : ''}
                    {rule.keepFiringForMs > 0 ? ` · over after ${duration(rule.keepFiringForMs)}` : ''}
                  </small>
                </span>
                <SmallButton
                  aria-label={`Change ${rule.title}`}
                  aria-expanded={open.includes(rule.id)}
                  onClick={() => (open.includes(rule.id) ? close(rule.id) : setOpen([...open, rule.id]))}
                >
                  Change
                </SmallButton>
                <Switch
                  aria-label={`Rule ${rule.title}`}
                  checked={rule.enabled}
                  disabled={set.isPending}
                  onChange={(event) => toggle(rule, event.currentTarget.checked)}
                />
                {open.includes(rule.id) ? (
                  <RuleNumbers rule={rule} busy={set.isPending} onSave={save} />
                ) : null}
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
