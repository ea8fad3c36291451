import { FileButton, Modal, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useAct } from '../../bridge/act'
import { useBridge } from '../../bridge/context'
import { toBridgeError } from '../../bridge/errors'
import { queryKeys } from '../../bridge/queries'
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
          <SmallButton
            onClick={() =>
              void act(async (b) => {
                const written = await b.Settings.Export()
                if (written) setPath(written)
              })
            }
          >
            Export settings…
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
  const [file, setFile] = useState('')
  const [found, setFound] = useState<ImportResult | null>(null)
  const [refused, setRefused] = useState('')
  const given = (next: string, from: string) => {
    setFound(null)
    setRefused('')
    setText(next)
    setFile(from)
  }
  const run = async (apply: boolean) => {
    setRefused('')
    try {
      setFound(await bridge.Settings.Import(text, apply))
    } catch (thrown) {
      setRefused(toBridgeError(thrown).message)
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
        <div className={css.file}>
          <FileButton
            accept=".toml,text/plain"
            onChange={async (chosen) => given((await chosen?.text()) ?? '', chosen?.name ?? '')}
          >
            {(props) => (
              <SmallButton data-autofocus {...props}>
                Choose a file…
              </SmallButton>
            )}
          </FileButton>
          <bdi className="dim">{file}</bdi>
        </div>
        <Textarea
          label="Or paste its text"
          rows={8}
          value={text}
          error={refused}
          onChange={(event) => given(event.currentTarget.value, '')}
        />
        {found ? <Found of={found} /> : null}
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

/** What would be other than it is. */
function Found({ of: found }: { of: ImportResult }) {
  return (
    <div role="status" className={css.found}>
      <p>
        {found.changes.length === 0
          ? 'Nothing would change.'
          : `${plural(found.changes.length, 'setting')} would change:`}
      </p>
      {found.changes.length > 0 ? (
        <table className={css.changes}>
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Now</th>
              <th scope="col">Then</th>
            </tr>
          </thead>
          <tbody>
            {found.changes.map((one) => (
              <tr key={one.path}>
                <td className="mono">{one.path}</td>
                <td>
                  <bdi>{one.from || 'not there'}</bdi>
                </td>
                <td>
                  <bdi>{one.to || 'not there'}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {found.problems.length > 0 ? (
        <p className={css.problems}>
          <b>Not understood:</b> {found.problems.join('; ')}
        </p>
      ) : null}
    </div>
  )
}
