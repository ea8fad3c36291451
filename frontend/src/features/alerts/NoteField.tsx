import { Textarea } from '@mantine/core'

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
  return (
    <Textarea
      label={label}
      description="Ctrl+Enter sends it"
      rows={rows}
      maxLength={500}
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
