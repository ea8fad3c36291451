import { useEffect, useState } from 'react'
import { go } from '../lib/route'
import { useExtras } from './extras'
import { ITEMS } from './navigation'

/** How long after "g" its second key is waited for, ms. */
const PAIR_MS = 1500

/** Keys that work everywhere but in fields, and the list of them. */
export function Shortcuts() {
  const [listed, setListed] = useState(false)
  const extras = useExtras()
  useEffect(() => {
    let pairUntil = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isField(event.target))
        return
      if (pairUntil > Date.now()) {
        pairUntil = 0
        const item = ITEMS.find((candidate) => candidate.key === event.key.toLowerCase())
        if (item) go(item.page)
        return
      }
      if (event.key === 'g') pairUntil = Date.now() + PAIR_MS
      else if (event.key === '?') setListed(true)
      else if (event.key === '/') focusSearch(event)
      else if ((event.key === 'j' || event.key === 'k') && !inTable(event.target)) focusTable()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return extras && listed ? <extras.KeysDialog onClose={() => setListed(false)} /> : null
}

function isField(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null
  return Boolean(element?.closest?.('input, textarea, select, [contenteditable="true"], [role="dialog"]'))
}

function inTable(target: EventTarget | null): boolean {
  return Boolean((target as HTMLElement | null)?.closest?.('[data-index]'))
}

function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLElement>('[data-search]')
  if (!field) return
  event.preventDefault()
  field.focus()
}

function focusTable(): void {
  document.querySelector<HTMLElement>('[data-index][tabindex="0"]')?.focus()
}
