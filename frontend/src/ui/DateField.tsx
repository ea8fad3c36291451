import css from './DateField.module.css'

/** A day, or a moment of one, in the reader's own time. */
export function DateField({
  label,
  type,
  value,
  onChange,
}: {
  label: string
  type: 'date' | 'datetime-local'
  /** As the browser writes it, such as "2026-11-29"; "" for none. */
  value: string
  onChange: (value: string) => void
}) {
  return (
    <label className={css.field}>
      {label}
      <input type={type} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
    </label>
  )
}
