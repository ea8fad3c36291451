import type { QueryClient } from '@tanstack/react-query'
import type { SettingsView } from '../../bridge/types'
import { type SettingsForm, toForm } from './form'

/** What was typed and not saved, and the settings that it was typed over. */
type Draft = { base: SettingsView; values: SettingsForm }

const drafts = new WeakMap<QueryClient, Draft>()

/** What was typed in this window and not saved, whatever page was opened since. */
export function draftOf(client: QueryClient): Draft | undefined {
  return drafts.get(client)
}

/** Keeps what is typed, unless it is what is stored. */
export function keepDraft(client: QueryClient, base: SettingsView, values: SettingsForm): void {
  if (JSON.stringify(values) === JSON.stringify(toForm(base))) drafts.delete(client)
  else drafts.set(client, { base, values })
}

/** Forgets what was typed: it was saved. */
export function dropDraft(client: QueryClient): void {
  drafts.delete(client)
}
