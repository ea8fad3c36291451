import type { Hand } from './operate'
import type { Program } from './program'

/** Presses Save of the page of settings. */
export const save = (p: Program, hand: Hand) =>
  hand.press(p.page.getByRole('main').locator('button[type=submit]', { hasText: 'Save' }))

/** A panel of the page of settings. */
export const region = (p: Program, name: string) => p.page.getByRole('region', { name, exact: true })
