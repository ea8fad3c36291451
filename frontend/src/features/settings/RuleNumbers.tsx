import { NativeSelect, NumberInput } from '@mantine/core'
import { useState } from 'react'
import type { RuleInput, RuleView } from '../../bridge/types'
import { SmallButton } from '../../ui/controls'
import css from './settings.module.css'

const SECOND = 1000
/** A week, the longest that the settings take. */
const MOST_SECONDS = 7 * 24 * 3600

/** The numbers of one rule, in a form: how severe, how long it must hold, when it is over. */
export function RuleNumbers({
  rule,
  busy,
  onSave,
}: {
  rule: RuleView
  busy: boolean
  onSave: (input: RuleInput) => void
}) {
  const [severity, setSeverity] = useState(rule.severity)
  const [hold, setHold] = useState<number | string>(rule.forMs / SECOND)
  const [keep, setKeep] = useState<number | string>(rule.keepMs / SECOND)
  const own = { id: rule.id, enabled: rule.enabled, notify: rule.notify }
  const complete = typeof hold === 'number' && typeof keep === 'number'
  return (
    // No form of its own: it stands within the form of all settings.
    <fieldset className={css.ruleForm} aria-label={`Numbers of ${rule.title}`}>
      <NativeSelect
        label="Severity"
        data={[
          { value: 'info', label: 'Information' },
          { value: 'warning', label: 'Warning' },
          { value: 'critical', label: 'Critical' },
        ]}
        value={severity}
        onChange={(event) => setSeverity(event.currentTarget.value)}
      />
      <NumberInput
        label="Must hold for"
        suffix=" s"
        min={0}
        max={MOST_SECONDS}
        allowDecimal={false}
        value={hold}
        onChange={setHold}
      />
      <NumberInput
        label="Over after"
        suffix=" s"
        min={0}
        max={MOST_SECONDS}
        allowDecimal={false}
        value={keep}
        onChange={setKeep}
      />
      <div className={css.ruleButtons}>
        <SmallButton
          disabled={busy || !complete}
          onClick={() => {
            if (complete) onSave({ ...own, severity, forMs: hold * SECOND, keepMs: keep * SECOND })
          }}
        >
          Save
        </SmallButton>
        {rule.changed ? (
          <SmallButton
            disabled={busy}
            onClick={() => onSave({ ...own, enabled: true, severity: '', forMs: -1, keepMs: -1 })}
          >
            Use the rule's own
          </SmallButton>
        ) : null}
      </div>
    </fieldset>
  )
}
