import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import type { Ref } from 'react'
import { plural } from '../../lib/format'
import { keysOf } from './address'

type Props = Omit<PasswordInputProps, 'value' | 'onChange'> & {
  ref?: Ref<HTMLInputElement>
  value: string
  onChange: (value: string) => void
}

/** A field for virtual keys: one, or several that were pasted at once, by lines, spaces or commas. */
export function KeysInput({ value, onChange, description, ...rest }: Props) {
  const keys = keysOf(value)
  return (
    <PasswordInput
      label="Virtual key"
      autoComplete="off"
      {...rest}
      description={
        keys.length > 1 ? `${plural(keys.length, 'key')}, each of which is watched by itself` : description
      }
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onPaste={(event) => {
        const pasted = keysOf(event.clipboardData.getData('text'))
        if (pasted.length < 2) return // a field of one line would join the lines
        event.preventDefault()
        onChange([...new Set([...keys, ...pasted])].join(' '))
      }}
    />
  )
}
