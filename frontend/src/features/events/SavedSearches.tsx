import { useState } from 'react'
import { useSavedSearches, useSaveSearches } from '../../bridge/queries'
import { useFrozen } from '../../live/replay'
import { SmallButton } from '../../ui/controls'
import css from './events.module.css'
import { keep, kept, type Search } from './range'

/** Searches under names: one is opened, the present one is saved or deleted. */
export function SavedSearches({ search, onChoose }: { search: Search; onChoose: (search: Search) => void }) {
  const all = useSavedSearches().data ?? []
  const save = useSaveSearches()
  const frozen = useFrozen()
  const [name, setName] = useState<string | null>(null)
  const present = all.find((saved) => saved.search === keep(search))
  return (
    <>
      {all.length > 0 ? (
        <select
          className={css.saved}
          aria-label="Saved searches"
          value={present?.name ?? ''}
          onChange={(event) => {
            const chosen = all.find((saved) => saved.name === event.currentTarget.value)
            if (chosen) onChoose(kept(chosen.search))
          }}
        >
          <option value="" disabled>
            Saved searches
          </option>
          {all.map((saved) => (
            <option key={saved.name}>{saved.name}</option>
          ))}
        </select>
      ) : null}
      {present ? (
        <SmallButton why={frozen} onClick={() => save.mutate(all.filter((saved) => saved !== present))}>
          Delete this search
        </SmallButton>
      ) : name === null ? (
        <SmallButton why={frozen} onClick={() => setName('')}>
          Save search…
        </SmallButton>
      ) : (
        <form
          className={css.naming}
          onSubmit={(event) => {
            event.preventDefault()
            const called = name.trim()
            if (called === '') return
            const others = all.filter((saved) => saved.name !== called)
            save.mutate([...others, { name: called, search: keep(search) }])
            setName(null)
          }}
        >
          <input
            className={css.saved}
            aria-label="Name of the search"
            placeholder="Name of the search"
            maxLength={80}
            // biome-ignore lint/a11y/noAutofocus: it was just asked for
            autoFocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setName(null)
            }}
          />
          <SmallButton type="submit">Save</SmallButton>
        </form>
      )}
    </>
  )
}
