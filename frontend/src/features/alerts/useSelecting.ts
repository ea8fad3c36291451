import { useCallback, useMemo, useState } from 'react'

/** Some of a list, by their ids. */
type Chosen = { list: string; ids: ReadonlySet<string> }

/**
 * What is chosen of a list, and what of it is about to be acknowledged: never
 * more than is in sight. list says which list it is; of another one nothing is
 * chosen.
 */
export function useSelecting(shown: readonly string[], list: string) {
  const [selectedOf, setSelected] = useState<Chosen | null>(null)
  const [acknowledgingOf, setAcknowledging] = useState<Chosen | null>(null)
  if (selectedOf && selectedOf.list !== list) setSelected(null)
  if (acknowledgingOf && acknowledgingOf.list !== list) setAcknowledging(null)
  const selected = useInSight(selectedOf, shown, list)
  const acknowledging = useInSight(acknowledgingOf, shown, list)
  const selection = useMemo(
    () =>
      selected && {
        ids: selected,
        toggle: (id: string) => {
          const ids = new Set(selected)
          if (!ids.delete(id)) ids.add(id)
          setSelected({ list, ids })
        },
      },
    [selected, list],
  )
  const leave = useCallback(() => {
    setAcknowledging(null)
    setSelected(null)
  }, [])
  return {
    selected,
    selection,
    acknowledging: acknowledging && acknowledging.size > 0 ? [...acknowledging] : null,
    turn: () => setSelected(selected ? null : { list, ids: new Set() }),
    acknowledge: () => setAcknowledging({ list, ids: selected ?? new Set(shown) }),
    leave,
  }
}

/** What of this is in the list that is shown, in its order; null where nothing is being chosen of it. */
function useInSight(of: Chosen | null, shown: readonly string[], list: string): ReadonlySet<string> | null {
  return useMemo(
    () => (of?.list === list ? new Set(shown.filter((id) => of.ids.has(id))) : null),
    [of, shown, list],
  )
}
