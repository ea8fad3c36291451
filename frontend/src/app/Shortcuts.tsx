import { useEffect, useState } from 'react'
import { go, type Page, pathTo } from '../lib/route'
import { useExtras } from './extras'
import { ITEMS } from './navigation'

/** How long after "g" its second key is waited for, ms. */
const PAIR_MS = 1500

const MODIFIERS: ReadonlySet<string> = new Set(['Shift', 'CapsLock', 'AltGraph', 'Control', 'Alt', 'Meta'])

/** Keys that work everywhere but in fields, and the list of them. */
export function Shortcuts() {
  const [listed, setListed] = useState(false)
  const extras = useExtras()
  useEffect(() => {
    let pairUntil = 0
    const onKey = (event: KeyboardEvent) => {
      if (selectsAll(event)) {
        event.preventDefault() // the window is no text
        return
      }
      if (travels(event)) return
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isField(event.target))
        return
      if (MODIFIERS.has(event.key)) return // on the way to a key that needs it
      const key = event.key.toLowerCase()
      if (pairUntil > Date.now()) {
        pairUntil = 0
        const item = ITEMS.find((candidate) => candidate.key === (key === ',' ? 'o' : key))
        if (item) goByKey(item.page)
        return
      }
      if (key === 'g') pairUntil = Date.now() + PAIR_MS
      else if (key === '?') setListed(true)
      else if (key === '/') focusSearch(event)
      else if ((key === 'j' || key === 'k') && !inTable(event.target)) focusTable()
    }
    document.addEventListener('keydown', onKey)
    document.addEventListener('mouseup', onMouse)
    return () => {
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('mouseup', onMouse)
    }
  }, [])
  return extras && listed ? <extras.KeysDialog onClose={() => setListed(false)} /> : null
}

/** Everything would be selected, as in a page of text: that is for fields alone. */
function selectsAll(event: KeyboardEvent): boolean {
  const within = (event.target as HTMLElement | null)?.closest?.('input, textarea, [contenteditable="true"]')
  return (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'a' && !within
}

/** Alt+Left and Alt+Right go back and forward through the pages that were visited. */
function travels(event: KeyboardEvent): boolean {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (!step || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented)
    return false
  if (isField(event.target)) return false
  event.preventDefault()
  window.history.go(step)
  return true
}

/** So do the two buttons that some mice have at the side. */
function onMouse(event: MouseEvent): void {
  const step = event.button === 3 ? -1 : event.button === 4 ? 1 : 0
  if (step === 0) return
  event.preventDefault()
  window.history.go(step)
}

/** Goes to a page; the focus does not stay at the rail's item of another. */
function goByKey(page: Page): void {
  go(page)
  const at = document.activeElement?.closest('nav')
  at?.querySelector<HTMLElement>(`a[href="#${pathTo(page)}"]`)?.focus()
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
