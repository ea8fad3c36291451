import { Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import type { UpdateAnswer } from '../../bridge/types'
import { SmallButton } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { Panel } from '../../ui/Panel'
import type { SettingsFormApi } from './form'
import css from './settings.module.css'

/** Where a newer version would be named, and whether there is one. Nothing is ever installed from here. */
export function UpdatesPanel({ form }: { form: SettingsFormApi }) {
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const [answer, setAnswer] = useState<UpdateAnswer | null>(null)
  const changed = form.isDirty('updates')
  const check = async () => {
    setBusy(true)
    await act(async (b) => setAnswer(await b.Settings.CheckForUpdates()))
    setBusy(false)
  }
  return (
    <Panel title="Updates">
      <div className={css.fields}>
        <TextInput
          label="Address of the version file"
          description="Of your choice. Nothing is told there but that somebody looks; nothing is installed by itself"
          placeholder="https://…"
          {...form.getInputProps('updates.address')}
        />
        <TextInput
          label="Key that it is signed with"
          description="ed25519, in base64"
          {...form.getInputProps('updates.key')}
        />
        <Switch label="Look once a day" {...form.getInputProps('updates.daily', { type: 'checkbox' })} />
        <div className={css.testButtons}>
          <SmallButton disabled={busy || changed} onClick={() => void check()}>
            Check for updates
          </SmallButton>
        </div>
        <p role="status" className={css.result}>
          {answer && !changed ? <bdi {...shows('update.answer')}>{answer.text}</bdi> : null}
          {answer?.notes && !changed ? (
            <SmallButton onClick={() => void act((b) => b.App.OpenExternal(answer.notes))}>
              What is new
            </SmallButton>
          ) : null}
        </p>
      </div>
    </Panel>
  )
}
