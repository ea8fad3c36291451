import { memo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Change } from '../../bridge/types'
import { plural, words } from '../../lib/format'
import { go } from '../../lib/route'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { NewPill, SearchField, Segments, Tag } from '../../ui/controls'
import { Cell, type Column, DataTable } from '../../ui/DataTable'
import { Fact, shows } from '../../ui/Fact'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Panel } from '../../ui/Panel'
import { Name } from '../../ui/text'
import { useStableOrder } from '../../ui/useStableOrder'
import { DeliveryNote } from '../connections'
import { ChangePanel } from './ChangePanel'
import css from './changes.module.css'
import { nameOfChanged, toldValue } from './labels'
import { MarkForm } from './MarkForm'
import { ASKED, MarkPanel } from './MarkPanel'
import { Values, When } from './parts'

/** What can be seen decides what this page can show; the first is its main matter. */
const TOPICS: readonly string[] = ['keys', 'providers', 'mappings', 'settings']

const COLUMNS: readonly Column[] = [
  { key: 'at', head: 'Time', width: '124px' },
  { key: 'action', head: 'Done', width: '108px' },
  { key: 'entity', head: 'What', width: '116px' },
  { key: 'name', head: 'Name', width: 'minmax(136px, 1.4fr)' },
  { key: 'diff', head: 'Before → after', width: 'minmax(112px, 2fr)' },
  { key: 'gateway', head: 'Gateway', from: 780, width: '96px' },
]

/** What each choice of the filter takes in. */
const KINDS = {
  virtual_key: ['virtual_key', 'key_group'],
  model_mapping: ['model_mapping'],
  provider: ['provider', 'provider_credential'],
  configuration: ['configuration', 'model_cost', 'release'],
  mark: ['mark'],
} satisfies Record<string, string[]>

type Which = 'all' | keyof typeof KINDS

/** What was altered? */
export function ChangesPage({ open }: { open: string }) {
  const [which, setWhich] = useState<Which>('all')
  const [text, setText] = useState('')
  const scope = useScope()
  const sought = text.trim().toLowerCase()
  const ids = useLive(
    useShallow((live) =>
      Object.values(live.changes)
        .filter((change) => change.gateway === '' || inScope(scope, change))
        .filter((change) => which === 'all' || KINDS[which].includes(change.entity))
        .filter((change) =>
          `${change.name} ${change.subject} ${change.details.join(' ')}`.toLowerCase().includes(sought),
        )
        .sort((a, b) => b.at - a.at || Number(b.id) - Number(a.id))
        .map((change) => change.id),
    ),
  )
  const calm = useStableOrder(ids)
  return (
    <PageFrame side={sideOf(open)}>
      <PageHeader title="Changes" actions={<MarkForm />}>
        What administrators and the gateways altered, also while Gatewatch was closed, and what people marked.
      </PageHeader>
      <DeliveryNote topics={TOPICS} />
      <Toolbar>
        <Segments
          label="Which changes"
          value={which}
          onChange={setWhich}
          options={[
            { value: 'all', label: 'All' },
            { value: 'virtual_key', label: 'Keys' },
            { value: 'model_mapping', label: 'Mappings' },
            { value: 'provider', label: 'Providers' },
            { value: 'configuration', label: 'Settings' },
            { value: 'mark', label: 'Marks' },
          ]}
        />
        <SearchField label="Find a change" value={text} onChange={setText} />
        <NewPill waiting={calm.waiting} onShow={calm.release} />
      </Toolbar>
      <Panel
        title="Changes"
        aside={<Fact name="view.changes">{plural(ids.length, 'change')}</Fact>}
        flush
        className={css.list}
      >
        <DataTable
          label="Changes"
          columns={COLUMNS}
          ids={calm.ids}
          Row={ChangeRow}
          onOpen={(id) => go('changes', open === id ? '' : id)}
          opened={open}
          onPointer={calm.hold}
          empty={
            sought || which !== 'all' ? (
              <EmptyMessage title="No change fits.">
                Change the filter or the search to see more.
              </EmptyMessage>
            ) : (
              <EmptyMessage title="No changes are known.">
                Keys, mappings, providers, prices and settings that are altered show here.
              </EmptyMessage>
            )
          }
        />
      </Panel>
    </PageFrame>
  )
}

function sideOf(open: string) {
  if (open.startsWith(ASKED)) return <MarkPanel key={open} asked={open.slice(ASKED.length)} />
  return open ? <ChangePanel id={open} /> : null
}

const ChangeRow = memo(function ChangeRow({ id }: { id: string }) {
  const change = useLive((live) => live.changes[id])
  const gateway = useLive((live) => live.gateways[change?.gateway ?? '']?.label)
  const name = useLive((live) => (change ? nameOfChanged(live, change) : ''))
  if (!change) return null
  return (
    <>
      <Cell className="dim">
        <When change={change} />
      </Cell>
      <Cell>
        <ActionTag action={change.action} of={id} />
      </Cell>
      <Cell className="dim" fact={shows('change.entity', id)}>
        {words(change.entity)}
      </Cell>
      <Cell>
        <Name>{name}</Name>
      </Cell>
      <Cell>
        <Diff change={change} />
      </Cell>
      <Cell className="dim">
        <bdi {...shows('name')}>{gateway ?? (change.gateway || 'all')}</bdi>
      </Cell>
    </>
  )
})

function ActionTag({ action, of }: { action: string; of: string }) {
  const tone =
    action === 'deleted' || action === 'disabled' || action.startsWith('switched off')
      ? 'warning'
      : action === 'created' || action === 'enabled'
        ? 'accent'
        : 'plain'
  return (
    <span title={action}>
      <Tag tone={tone} fact={shows('change.action', of)}>
        {action.replace(/ by the gateway$/, '')}
      </Tag>
    </span>
  )
}

function Diff({ change }: { change: Change }) {
  const seen = change.values.filter((value) => value.old !== '' || value.new !== '')
  const [first] = seen
  if (first)
    return (
      <span {...shows('change.diff', change.id)}>
        <span className="dim">{words(first.field)}</span> <Values of={first} />
        {change.values.length > 1 ? <span className="faint">, {change.values.length - 1} more</span> : null}
      </span>
    )
  const told = toldValue(change)
  if (told)
    return (
      <span {...shows('change.diff', change.id)}>
        <span className="dim">{words(told.field)}</span> <span className="mono">→ {told.value}</span>
      </span>
    )
  if (change.old === '' && change.new === '' && change.details.length === 0 && change.action === 'updated')
    return (
      <span className="faint" {...shows('change.unsaid', change.id)}>
        the gateway does not say what of it
      </span>
    )
  if (change.old === '' && change.new === '')
    return (
      <span className="dim" {...shows('change.fields', change.id)}>
        {change.details.join(', ')}
      </span>
    )
  return (
    <span {...shows('change.diff', change.id)}>
      <Values of={change} />
    </span>
  )
}
