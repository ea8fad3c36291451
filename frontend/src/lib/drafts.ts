import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'

/** What was typed in each window and not sent, by what it is typed for. */
const drafts = new WeakMap<QueryClient, Map<string, unknown>>()

/**
 * State that outlives its component: what was typed stays with what it is typed for
 * until it is sent or dropped (null). Give the component a key of the same name: another
 * thing has a draft of its own.
 */
export function useDraft<T>(of: string): [draft: T | null, keep: (draft: T | null) => void] {
  const client = useQueryClient()
  const all = drafts.get(client) ?? new Map<string, unknown>()
  drafts.set(client, all)
  const [draft, setDraft] = useState<T | null>((all.get(of) as T | undefined) ?? null)
  const keep = useCallback(
    (next: T | null) => {
      if (next === null) all.delete(of)
      else all.set(of, next)
      setDraft(next)
    },
    [all, of],
  )
  return [draft, keep]
}
