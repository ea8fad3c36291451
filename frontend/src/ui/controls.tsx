import type { ComponentPropsWithRef, ReactNode } from 'react'
import type { AriaLabel } from './aria'
import css from './controls.module.css'
import { type Shown, shows } from './Fact'

/** A ref comes as a property, so that menus can stand at the button. */
type NativeButton = Omit<ComponentPropsWithRef<'button'>, 'aria-label' | 'aria-labelledby'>

/** A button that shows only an icon. */
export function IconButton({ children, className = '', ...rest }: NativeButton & AriaLabel) {
  return (
    <button type="button" title={rest['aria-label']} {...rest} className={`${css.icon} ${className}`}>
      {children}
    </button>
  )
}

/**
 * A small button for live places, where a component of the kit would be too
 * heavy. With why, it is disabled and says so.
 */
export function SmallButton({
  children,
  why,
  danger = false,
  className = '',
  ...rest
}: NativeButton & { children: ReactNode; why?: string | undefined; danger?: boolean }) {
  return (
    <button
      type="button"
      className={`${css.small} ${danger ? css.danger : ''} ${className}`}
      {...(why ? { 'aria-disabled': true, title: why } : {})}
      {...rest}
      onClick={why ? (event) => event.preventDefault() : rest.onClick}
    >
      {children}
    </button>
  )
}

/** One of a few: which part of a list is shown. */
export function Segments<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: T
  options: readonly { value: T; label: string; count?: number | undefined; fact?: Shown }[]
  onChange: (value: T) => void
}) {
  return (
    <div className={css.segments} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
          {option.count === undefined ? null : (
            <span className={css.count} {...option.fact}>
              {option.count}
            </span>
          )}
        </button>
      ))}
    </div>
  )
}

/** A field that narrows a list; "/" brings the focus here. */
export function SearchField({
  label,
  hint,
  value,
  onChange,
}: {
  label: string
  /** What can be written, on hover. */
  hint?: string
  value: string
  onChange: (value: string) => void
}) {
  return (
    <input
      className={css.search}
      type="search"
      data-search
      aria-label={label}
      title={hint}
      placeholder={`${label}  /`}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        if (value) onChange('')
        else event.currentTarget.blur()
      }}
    />
  )
}

/** A word in a frame: a state or a property, never a control. */
export function Tag({
  children,
  tone = 'plain',
  fact,
}: {
  children: ReactNode
  /** The fact that the word is, where it is one. */
  fact?: Shown
  tone?: 'plain' | 'ok' | 'warning' | 'critical' | 'accent'
}) {
  return (
    <span className={`${css.tag} ${css[`tag-${tone}`]}`} {...fact}>
      {children}
    </span>
  )
}

/** "3 new": shows what waits when it is pressed. */
export function NewPill({ waiting, onShow }: { waiting: number; onShow: () => void }) {
  if (waiting <= 0) return null
  return (
    <button type="button" className={css.pill} onClick={onShow}>
      <span {...shows('view.waiting')}>{waiting}</span> new
    </button>
  )
}
