import type { ReactNode } from 'react'
import { useFrozen } from './replay'

/**
 * Around controls that change something: while the past is shown they are
 * disabled, and say why. It takes no room of its own, but with a class.
 */
export function WriteArea({ children, className }: { children: ReactNode; className?: string | undefined }) {
  const why = useFrozen()
  const inside = className ? <div className={className}>{children}</div> : children
  if (!why) return inside
  return (
    <fieldset disabled title={why} aria-label={why} style={{ display: 'contents' }}>
      {inside}
    </fieldset>
  )
}
