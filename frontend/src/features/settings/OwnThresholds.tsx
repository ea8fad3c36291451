import { NumberInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import { queryKeys, useSettings } from '../../bridge/queries'
import { setShare } from '../../lib/format'
import { useFrozen } from '../../live/replay'
import { SmallButton } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import css from './settings.module.css'
import { type Budgeted, type Level, ownOf, thresholdsOf } from './useThresholds'

const WHENCE: Record<Level, string> = {
  general: 'inherited from the settings',
  gateway: 'inherited from its gateway',
  group: 'inherited from its group',
  key: 'inherited',
}

/** The thresholds of a gateway, a group or a key: what is in force, whence, and its own. */
export function OwnThresholds({ of, name }: { of: Budgeted; name: string }) {
  const view = useSettings().data
  const [changing, setChanging] = useState(false)
  const frozen = useFrozen()
  const level: Level = of.key ? 'key' : of.group ? 'group' : 'gateway'
  const now = thresholdsOf(view, of)
  if (!view) return null
  const whence = (from: Level) => (from === level ? 'its own' : WHENCE[from])
  if (changing) return <Form of={of} name={name} onClose={() => setChanging(false)} />
  return (
    <div className={css.own} role="group" aria-label={`Thresholds of ${name}`}>
      <span>
        Warning at{' '}
        <b className="num" {...shows('settings.thresholds')}>
          {setShare(now.warning)}
        </b>{' '}
        <span className="faint">({whence(now.from.warning)})</span>, critical at{' '}
        <b className="num" {...shows('settings.thresholds')}>
          {setShare(now.critical)}
        </b>{' '}
        <span className="faint">({whence(now.from.critical)})</span>
      </span>
      <SmallButton aria-label="Change the thresholds" why={frozen} onClick={() => setChanging(true)}>
        Change
      </SmallButton>
    </div>
  )
}

function Form({ of, name, onClose }: { of: Budgeted; name: string; onClose: () => void }) {
  const view = useSettings().data
  const client = useQueryClient()
  const act = useAct()
  const { gateway, group = '', key = '' } = of
  const own = ownOf(view, gateway, key ? '' : group, key)
  const now = thresholdsOf(view, of)
  const [warning, setWarning] = useState<number | string>(inPerCent(own.warning))
  const [critical, setCritical] = useState<number | string>(inPerCent(own.critical))
  const save = async (shares: [number, number]) => {
    const done = await act((b) => b.Settings.SetThresholds(gateway, key ? '' : group, key, ...shares))
    void client.invalidateQueries({ queryKey: queryKeys.settings })
    if (done) onClose()
  }
  const [w, c] = [shareOf(warning), shareOf(critical)]
  const bounds = { warning: outside(warning), critical: outside(critical) }
  const wrong =
    bounds.warning ??
    bounds.critical ??
    ((w || now.warning) >= (c || now.critical)
      ? 'The warning must be below the critical threshold.'
      : undefined)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!wrong) void save([w, c])
      }}
    >
      <fieldset className={css.ruleForm} aria-label={`Thresholds of ${name}`}>
        <NumberInput
          label="Warning at"
          description="Empty: inherited"
          placeholder={String(inPerCent(now.warning))}
          suffix=" %"
          min={1}
          max={100}
          error={bounds.warning}
          value={warning}
          onChange={setWarning}
        />
        <NumberInput
          label="Critical at"
          description="Empty: inherited"
          placeholder={String(inPerCent(now.critical))}
          suffix=" %"
          min={1}
          max={100}
          error={bounds.critical ?? (bounds.warning ? undefined : wrong)}
          value={critical}
          onChange={setCritical}
        />
        <div className={css.ruleButtons}>
          <SmallButton type="submit" why={wrong}>
            Save
          </SmallButton>
          <SmallButton onClick={onClose}>Cancel</SmallButton>
          {own.warning > 0 || own.critical > 0 ? (
            <SmallButton onClick={() => void save([0, 0])}>Inherit both</SmallButton>
          ) : null}
        </div>
      </fieldset>
    </form>
  )
}

function inPerCent(share: number): number | string {
  return share > 0 ? Math.round(share * 10_000) / 100 : ''
}

/** What is wrong with a share that was typed; nothing of an empty one, which inherits. */
function outside(typed: number | string): string | undefined {
  if (typed === '') return undefined
  return typeof typed === 'number' && typed >= 1 && typed <= 100 ? undefined : 'Between 1 and 100 %.'
}

function shareOf(typed: number | string): number {
  return typeof typed === 'number' && typed > 0 ? typed / 100 : 0
}
