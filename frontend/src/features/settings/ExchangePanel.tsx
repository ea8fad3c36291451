import { Modal, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import { useBridge } from '../../bridge/context'
import { queryKeys } from '../../bridge/queries'
import { showError } from '../../bridge/showError'
import type { ImportResult } from '../../bridge/types'
import { plural } from '../../lib/format'
import { SmallButton } from '../../ui/controls'
import { Panel } from '../../ui/Panel'
import css from './settings.module.css'

/** Takes settings to another computer, or back: never with keys. */
export function ExchangePanel() {
  const act = useAct()
  const [importing, setImporting] = useState(false)
  const [path, setPath] = useState('')
  return (
    <Panel title="Export and import">
      <div className={css.fields}>
        <div className={css.testButtons}>
          <SmallButton onClick={() => void act(async (b) => setPath(await b.Settings.Export()))}>
            Export settings
          </SmallButton>
          <SmallButton onClick={() => setImporting(true)}>Import settings…</SmallButton>
        </div>
        <p role="status" className={css.result}>
          {path ? (
            <>
              Without keys, in <bdi className="mono">{path}</bdi>
            </>
          ) : null}
        </p>
        {importing ? <Import onClose={() => setImporting(false)} /> : null}
      </div>
    </Panel>
  )
}

function Import({ onClose }: { onClose: () => void }) {
  const bridge = useBridge()
  const client = useQueryClient()
  const [text, setText] = useState('')
  const [found, setFound] = useState<ImportResult | null>(null)
  const run = async (apply: boolean) => {
    try {
      setFound(await bridge.Settings.Import(text, apply))
    } catch (thrown) {
      showError(thrown)
      return
    }
    if (!apply) return
    for (const queryKey of [queryKeys.settings, queryKeys.rules, queryKeys.profiles])
      void client.invalidateQueries({ queryKey })
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title="Import settings" size="lg">
      <div className={css.fields}>
        <label className={css.file}>
          Choose a file
          <input
            type="file"
            accept=".toml,text/plain"
            onChange={async (event) => {
              setFound(null)
              setText((await event.currentTarget.files?.[0]?.text()) ?? '')
            }}
          />
        </label>
        <Textarea
          label="Or paste its text"
          rows={8}
          value={text}
          onChange={(event) => {
            setFound(null)
            setText(event.currentTarget.value)
          }}
        />
        {found ? (
          <div role="status" className={css.found}>
            <p>
              {found.changes.length === 0
                ? 'Nothing would change.'
                : `${plural(found.changes.length, 'setting')} would change:`}
            </p>
            {found.changes.length > 0 ? <p className="mono">{found.changes.join(', ')}</p> : null}
            {found.problems.length > 0 ? (
              <p className={css.problems}>
                <b>Not understood:</b> {found.problems.join('; ')}
              </p>
            ) : null}
          </div>
        ) : null}
        <div className={css.testButtons}>
          <SmallButton onClick={onClose}>Cancel</SmallButton>
          <SmallButton
            disabled={text.trim() === ''}
            onClick={() => void run(found !== null && found.changes.length > 0)}
          >
            {found !== null && found.changes.length > 0 ? 'Import' : 'See what changes'}
          </SmallButton>
        </div>
      </div>
    </Modal>
  )
}
