import { memo, useCallback, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { KeySpend, Live, Watch } from '../../bridge/types'
import { plural } from '../../lib/format'
import { go } from '../../lib/route'
import { useTicking } from '../../lib/time'
import { useLive } from '../../live/store'
import { SearchField } from '../../ui/controls'
import { Cell, type Column, DataTable } from '../../ui/DataTable'
import { Shape } from '../../ui/Shape'
import { Name } from '../../ui/text'
import { AgeChip } from './AgeChip'
import css from './connections.module.css'
import { keyShape, keyWord, seenKey } from './keyWords'

const COLUMNS: readonly Column[] = [
  { key: 'key', head: 'Key', width: 'minmax(120px, 1fr)' },
  { key: 'state', head: 'How it is watched', width: 'minmax(0, 2fr)' },
  { key: 'age', head: 'Known', width: '104px', end: true, hint: 'When it was last known to be so' },
]

const ROW = 30
/** More rows than this scroll, and can be searched. */
const TALL = 8

/**
 * The keys of a gateway that no list above shows, and how each is watched: those
 * that nobody gave us are seen through its lists, if at all.
 */
export function OtherKeys({
  gateway,
  label,
  own,
}: {
  gateway: string
  label: string
  /** The gateway's ids of the keys that are listed above; null if no list is. */
  own: readonly string[] | null
}) {
  const [text, setText] = useState('')
  const all = useLive(useShallow((live) => otherKeys(live, gateway, own).map((key) => key.id)))
  const pushed = useLive(
    (live) =>
      Object.values(live.watched).filter((watch) => watch.gateway === gateway && watch.state === 'live')
        .length,
  )
  const sought = text.trim().toLowerCase()
  const ids = useLive(
    useShallow((live) =>
      sought === ''
        ? all
        : all.filter((id) => {
            const key = live.keys[id]
            return key && `${key.name} #${key.key}`.toLowerCase().includes(sought)
          }),
    ),
  )
  if (all.length === 0) return null
  const shown = Math.min(all.length, TALL)
  const title = own ? 'Other virtual keys' : 'Virtual keys'
  return (
    <section className={css.otherKeys} aria-label={`${title} of ${label}`}>
      <header>
        <h3>{title}</h3>
        <span className="faint">
          {plural(all.length, 'key')}, {own ? 'of which none is stored here' : `${pushed} of them live`}
        </span>
        {all.length > TALL ? <SearchField label="Find a key" value={text} onChange={setText} /> : null}
      </header>
      <div className={css.otherTable} style={{ height: shown * ROW + 31 }}>
        <DataTable
          label={`${title} of ${label}`}
          columns={COLUMNS}
          ids={ids}
          Row={OtherKey}
          rowHeight={ROW}
          onOpen={(id) => go('spend', id)}
          empty={<p className={css.noneFits}>No key fits. Change the search to see more.</p>}
        />
      </div>
    </section>
  )
}

/**
 * The keys of a gateway without deleted ones, those that are watched first, then
 * by name. What a list of our own shows is left out of it.
 */
export function otherKeys(live: Live, gateway: string, own: readonly string[] | null): KeySpend[] {
  const watched = new Set<string>()
  for (const watch of Object.values(live.watched)) if (watch.gateway === gateway) watched.add(watch.key)
  const above = new Set(own ? [...own, ...watched] : [])
  const order = (key: KeySpend) => (watched.has(key.key) ? 0 : 1)
  return Object.values(live.keys)
    .filter((key) => key.gateway === gateway && key.status !== 'deleted' && !above.has(key.key))
    .sort((a, b) => order(a) - order(b) || nameOf(a).localeCompare(nameOf(b)) || a.id.localeCompare(b.id))
}

/** How a key of ours is watched; undefined if none of it is stored here. */
function watchOf(live: Live, key: KeySpend | undefined): Watch | undefined {
  return key && Object.values(live.watched).find((of) => of.gateway === key.gateway && of.key === key.key)
}

const nameOf = (key: KeySpend) => key.name || `key ${key.key}`

const OtherKey = memo(function OtherKey({ id }: { id: string }) {
  const key = useLive((live) => live.keys[id])
  const list = useLive((live) => live.sources[`${live.keys[id]?.gateway}/rest:keys`])
  const off = useLive((live) => live.gateways[live.keys[id]?.gateway ?? '']?.overall === 'disconnected')
  const watch = useLive((live) => watchOf(live, live.keys[id]))
  const said = useTicking(
    useCallback(
      (now) => {
        if (off) return 'off\nthe gateway is not connected'
        if (watch) return `${watch.state}\n${watch.cause}`
        const seen = key ? seenKey(key, list, now) : { state: '', how: '' }
        return `${seen.state}\n${seen.how}`
      },
      [key, list, watch, off],
    ),
  )
  if (!key) return null
  const [state = '', how = ''] = said.split('\n', 2)
  return (
    <>
      <Cell className={css.keyName}>
        <Name>{nameOf(key)}</Name>
        {key.name ? <span className="faint">#{key.key}</span> : null}
      </Cell>
      <Cell className={css.keyState}>
        <Shape of={keyShape(state)} label="" /> {keyWord(state)}
        <span className="dim">
          <bdi title={how}>{how}</bdi>
        </span>
      </Cell>
      <Cell end>
        <AgeChip
          of={{
            gateway: key.gateway,
            source: list ? 'rest:keys' : key.source,
            updatedAt: list ? 0 : key.updatedAt,
          }}
          otherwise="never read"
        />
      </Cell>
    </>
  )
})
