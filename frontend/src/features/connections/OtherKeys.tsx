import { memo, useCallback, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { KeySpend, Live, MonitoredKey } from '../../bridge/types'
import { plural } from '../../lib/format'
import { byId, byText } from '../../lib/order'
import { go } from '../../lib/route'
import { useTicking } from '../../lib/time'
import { useLive } from '../../live/store'
import { SearchField, SmallButton } from '../../ui/controls'
import { Cell, type Column, DataTable } from '../../ui/DataTable'
import { shows } from '../../ui/Fact'
import { Shape } from '../../ui/Shape'
import { Name } from '../../ui/text'
import { AgeChip } from './AgeChip'
import css from './connections.module.css'
import { keyShape, keyWord, observedKeyState } from './keyLabels'

const COLUMNS: readonly Column[] = [
  { key: 'key', head: 'Key', width: 'minmax(120px, 1fr)' },
  { key: 'state', head: 'How it is watched', width: 'minmax(0, 2fr)' },
  { key: 'age', head: 'Known', width: '104px', end: true, hint: 'When it was last known to be so' },
]

const ROW = 30
/** Rows shown until all are asked for; above it the keys can be searched. */
const FEW = 8

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
  const [whole, setWhole] = useState(false)
  const all = useLive(useShallow((live) => otherKeys(live, gateway, own).map((key) => key.id)))
  const pushed = useLive(
    (live) =>
      Object.values(live.monitoredKeys).filter(
        (monitored) => monitored.gateway === gateway && monitored.state === 'live',
      ).length,
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
  const shown = whole || sought !== '' ? ids : ids.slice(0, FEW)
  const title = own ? 'Other virtual keys' : 'Virtual keys'
  return (
    <section className={css.otherKeys} aria-label={`${title} of ${label}`}>
      <header>
        <h3>{title}</h3>
        <span className="faint" {...shows('keys.other', gateway)}>
          {plural(all.length, 'key')}, {own ? 'of which none is stored here' : `${pushed} of them live`}
        </span>
        {all.length > FEW ? <SearchField label="Find a key" value={text} onChange={setText} /> : null}
      </header>
      <div className={css.otherTable}>
        <DataTable
          label={`${title} of ${label}`}
          columns={COLUMNS}
          ids={shown}
          Row={OtherKey}
          rowHeight={ROW}
          onOpen={(id) => go('spend', id)}
          empty={<p className={css.noneFits}>No key fits. Change the search to see more.</p>}
        />
      </div>
      {all.length > FEW && sought === '' ? (
        <footer>
          <SmallButton
            aria-expanded={whole}
            {...shows('keys.other', gateway)}
            onClick={() => setWhole(!whole)}
          >
            {whole ? `Show ${FEW} only` : `Show all ${all.length}`}
          </SmallButton>
        </footer>
      ) : null}
    </section>
  )
}

/**
 * The keys of a gateway without deleted ones, those that are watched first, then
 * by name. What a list of our own shows is left out of it.
 */
function otherKeys(live: Live, gateway: string, own: readonly string[] | null): KeySpend[] {
  const watched = new Set<string>()
  for (const monitored of Object.values(live.monitoredKeys))
    if (monitored.gateway === gateway) watched.add(monitored.key)
  const above = new Set(own ? [...own, ...watched] : [])
  const order = (key: KeySpend) => (watched.has(key.key) ? 0 : 1)
  return Object.values(live.keys)
    .filter((key) => key.gateway === gateway && key.status !== 'deleted' && !above.has(key.key))
    .sort((a, b) => order(a) - order(b) || byText(nameOf(a), nameOf(b)) || byId(a.id, b.id))
}

/** How a key of ours is watched; undefined if none of it is stored here. */
function monitoredKeyOf(live: Live, key: KeySpend | undefined): MonitoredKey | undefined {
  return (
    key && Object.values(live.monitoredKeys).find((of) => of.gateway === key.gateway && of.key === key.key)
  )
}

const nameOf = (key: KeySpend) => key.name || `key ${key.key}`

const OtherKey = memo(function OtherKey({ id }: { id: string }) {
  const key = useLive((live) => live.keys[id])
  const list = useLive((live) => live.pollTargets[`${live.keys[id]?.gateway}/rest:keys`])
  const off = useLive((live) => live.gateways[live.keys[id]?.gateway ?? '']?.overall === 'disconnected')
  const monitored = useLive((live) => monitoredKeyOf(live, live.keys[id]))
  const observed = useTicking(
    useCallback(
      (now) => {
        if (off) return 'off\nthe gateway is not connected'
        if (monitored) return `${monitored.state}\n${monitored.cause}`
        const seen = key ? observedKeyState(key, list, now) : { state: '', how: '' }
        return `${seen.state}\n${seen.how}`
      },
      [key, list, monitored, off],
    ),
  )
  if (!key) return null
  const [state = '', how = ''] = observed.split('\n', 2)
  return (
    <>
      <Cell className={css.keyName}>
        <Name>{nameOf(key)}</Name>
        {key.name ? (
          <span className="faint" {...shows('key.id', id)}>
            #{key.key}
          </span>
        ) : null}
      </Cell>
      <Cell className={css.keyState} fact={shows('key.watched', id)}>
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
          fact="key.listedAt"
          id={id}
        />
      </Cell>
    </>
  )
})
