import { Popover } from '@mantine/core'
import { useState } from 'react'
import { useWrite } from '../../bridge/useWrite'
import { plural } from '../../lib/format'
import { useFrozen } from '../../live/replay'
import { Segments, SmallButton } from '../../ui/controls'
import css from './export.module.css'
import type { Exportable } from './exportable'

const FORMATS = {
  md: 'Markdown',
  html: 'HTML',
  json: 'JSON',
  csv: 'CSV',
} as const
type Format = keyof typeof FORMATS

/** Asks how something is to be written, and has it written where the user says. */
export function ExportButton({
  what,
  formats = ['md', 'html', 'json', 'csv'],
}: {
  what: Exportable
  formats?: readonly Format[]
}) {
  const write = useWrite()
  const [opened, setOpened] = useState(false)
  const [format, setFormat] = useState<Format>(formats[0] ?? 'md')
  const [hideNames, setHideNames] = useState(false)
  const [hideAmounts, setHideAmounts] = useState(false)
  const save = async () => {
    const written = await write(
      (b) => b.History.Export({ ...what, format, hideNames, hideAmounts }),
      (lines) => plural(lines, 'line'),
    )
    if (written) setOpened(false)
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus width={290} shadow="md">
      <Popover.Target>
        <SmallButton why={useFrozen()} onClick={() => setOpened(!opened)}>
          Export…
        </SmallButton>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <Segments
            label="Format"
            value={format}
            onChange={setFormat}
            options={formats.map((value) => ({ value, label: FORMATS[value] }))}
          />
          <Choice label="Hide names of keys and people" value={hideNames} onChange={setHideNames} />
          <Choice label="Hide amounts of money" value={hideAmounts} onChange={setHideAmounts} />
          <p className={css.note}>
            Keys and other secrets are never in it{hideNames || hideAmounts ? ', nor what people noted' : ''}.
          </p>
          <SmallButton type="submit">Save as…</SmallButton>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}

function Choice({
  label,
  value,
  onChange,
}: {
  label: string
  value: boolean
  onChange: (value: boolean) => void
}) {
  return (
    <label className={css.choice}>
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  )
}
