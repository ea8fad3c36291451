import { NativeSelect, NumberInput } from '@mantine/core'
import { useState } from 'react'
import type { RuleInput, RuleView } from '../../bridge/types'
import { SmallButton } from '../../ui/controls'
import { RulePreview } from './RulePreview'
import css from './settings.module.css'

const SECOND = 1000
const MINUTE = 60_000
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
  const [keep, setKeep] = useState<number | string>(rule.keepFiringForMs / SECOND)
  const [repeat, setRepeat] = useState<number | string>(rule.repeatMs < 0 ? '' : rule.repeatMs / MINUTE)
  const own = { id: rule.id, enabled: rule.enabled }
  const complete = isWithin(hold, MOST_SECONDS) && isWithin(keep, MOST_SECONDS)
  const repeatFits = repeat === '' || isWithin(repeat, MOST_SECONDS / 60)
  const repeatMs = typeof repeat === 'number' ? repeat * MINUTE : -1
  const input: RuleInput | null = complete
    ? { ...own, severity, forMs: hold * SECOND, keepFiringForMs: keep * SECOND, repeatMs }
    : null
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
        error={isWithin(hold, MOST_SECONDS) ? undefined : 'From 0 s to a week.'}
        value={hold}
        onChange={setHold}
      />
      <NumberInput
        label="Over after"
        suffix=" s"
        min={0}
        max={MOST_SECONDS}
        allowDecimal={false}
        error={isWithin(keep, MOST_SECONDS) ? undefined : 'From 0 s to a week.'}
        value={keep}
        onChange={setKeep}
      />
      {rule.repeats ? (
        <NumberInput
          label="Repeat after"
          description="While critical; empty: as for all, 0: never"
          suffix=" min"
          min={0}
          max={MOST_SECONDS / 60}
          allowDecimal={false}
          error={repeatFits ? undefined : 'From 0 min to a week.'}
          value={repeat}
          onChange={setRepeat}
        />
      ) : null}
      <div className={css.ruleButtons}>
        <SmallButton
          disabled={busy || !input || !repeatFits}
          onClick={() => {
            if (input) onSave(input)
          }}
        >
          Save
        </SmallButton>
        {rule.changed ? (
          <SmallButton
            disabled={busy}
            onClick={() =>
              onSave({ ...own, enabled: true, severity: '', forMs: -1, keepFiringForMs: -1, repeatMs: -1 })
            }
          >
            Use the rule's own
          </SmallButton>
        ) : null}
      </div>
      <RulePreview input={input} />
    </fieldset>
  )
}

function isWithin(typed: number | string, most: number): typed is number {
  return typeof typed === 'number' && typed >= 0 && typed <= most
}
