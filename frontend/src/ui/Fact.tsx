import type { ReactNode } from 'react'
import type { Reading } from '../lib/reading'

/** What an element says it shows, for whoever holds the page against the gateway's books (docs/truth.md). */
export type Shown = {
  'data-fact': string
  'data-of'?: string
  'data-state'?: string
}

/**
 * The attributes of an element that shows a fact: its name, such as
 * "key.spent", and the id of what it is a fact of. Of a reading that is not
 * simply known they say how it is: "unknown", "forbidden", "stale", …
 */
export function shows(fact: string, of = '', is?: Reading): Shown {
  const state = is === undefined ? 'known' : stateOf(is)
  return {
    'data-fact': fact,
    ...(of === '' ? {} : { 'data-of': of }),
    ...(state === 'known' ? {} : { 'data-state': state }),
  }
}

/** Text that shows one fact. */
export function Fact({
  name,
  of,
  is,
  children,
}: {
  name: string
  of?: string
  /** The reading behind the text, where there is one. */
  is?: Reading
  children: ReactNode
}) {
  return <span {...shows(name, of, is)}>{children}</span>
}

/** A number that says by being negative that it is not known. */
export function unlessNegative(n: number): Reading {
  return n < 0 || Number.isNaN(n) ? { status: 'unknown' } : n
}

function stateOf(is: Reading): string {
  return typeof is === 'number' ? 'known' : is.status || 'unknown'
}
