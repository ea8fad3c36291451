import { Modal, NumberInput } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import { clock } from '../../lib/format'
import { now } from '../../lib/time'
import { SmallButton } from '../../ui/controls'
import { Panel } from '../../ui/Panel'
import type { SettingsFormApi } from './form'
import css from './settings.module.css'

/** How long what happened is kept, and how it is deleted. */
export function HistoryPanel({ form }: { form: SettingsFormApi }) {
  const [asking, setAsking] = useState(false)
  const [wiped, setWiped] = useState(0)
  return (
    <Panel title="History">
      <div className={css.fields}>
        <div className={css.row}>
          <NumberInput
            label="Keep events for"
            suffix=" days"
            min={1}
            max={3650}
            decimalScale={2}
            {...form.getInputProps('retention.events')}
          />
          <NumberInput
            label="Keep sums and alerts for"
            suffix=" days"
            min={1}
            max={3650}
            decimalScale={2}
            {...form.getInputProps('retention.sums')}
          />
        </div>
        <NumberInput
          label="At most"
          description="When the file is larger, the oldest events go first"
          suffix=" MB"
          min={50}
          max={100_000}
          allowDecimal={false}
          {...form.getInputProps('retention.maxMegabytes')}
        />
        <div>
          <SmallButton danger onClick={() => setAsking(true)}>
            Wipe the history…
          </SmallButton>
          <span role="status" className="faint">
            {wiped > 0 ? ` Wiped at ${clock(wiped)}.` : null}
          </span>
        </div>
        {asking ? <Wipe onClose={() => setAsking(false)} onWiped={() => setWiped(now())} /> : null}
      </div>
    </Panel>
  )
}

function Wipe({ onClose, onWiped }: { onClose: () => void; onWiped: () => void }) {
  const act = useAct()
  return (
    <Modal opened onClose={onClose} title="Wipe the history?" size="sm">
      <p>
        Deleted are all events, the alerts that are over with what was decided about them, and spend older
        than a day. What is open, muted or acknowledged stays, and so does the last day of spend, of which
        today's figures are made. This cannot be undone.
      </p>
      <div className={css.testButtons}>
        <SmallButton onClick={onClose}>Cancel</SmallButton>
        <SmallButton
          danger
          onClick={() => {
            onClose()
            void act((b) => b.Settings.WipeHistory(), 'The history is wiped.').then(
              (done) => done && onWiped(),
            )
          }}
        >
          Wipe
        </SmallButton>
      </div>
    </Modal>
  )
}
