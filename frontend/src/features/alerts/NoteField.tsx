import { Textarea } from '@mantine/core'
import { plural } from '../../lib/format'

/** Characters of a note, and how few must be left for that to be said. */
const LONGEST = 500
const LEFT_SHOWN = 50

/** A note of some lines: Ctrl+Enter sends it, Escape leaves an empty one. */
export function NoteField({
  label,
  rows,
  value,
  onChange,
  onLeave,
}: {
  label: string
  rows: number
  value: string
  onChange: (value: string) => void
  onLeave: () => void
}) {
  const left = LONGEST - value.length
  return (
    <Textarea
      label={label}
      description={left <= LEFT_SHOWN ? `${plural(left, 'character')} left` : 'Ctrl+Enter sends it'}
      rows={rows}
      maxLength={LONGEST}
      autoFocus
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault()
          event.currentTarget.form?.requestSubmit()
        } else if (event.key === 'Escape') {
          event.preventDefault() // nothing around it is closed
          if (value.trim() === '') onLeave()
          else event.currentTarget.blur()
        }
      }}
    />
  )
}
