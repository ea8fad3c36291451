import { memo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { Change } from '../../bridge/types'
import { plural, words } from '../../lib/format'
import { go } from '../../lib/route'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { NewPill, SearchField, Segments, Tag } from '../../ui/controls'
import { Cell, type Column, DataTable } from '../../ui/DataTable'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Panel } from '../../ui/Panel'
import { Facts, Part, SidePanel } from '../../ui/SidePanel'
import { Clock, Name } from '../../ui/text'
import { sourceWords } from '../../ui/things'
import { useCalmOrder } from '../../ui/useCalmOrder'
import { CoverageNote } from '../connections/CoverageNote'
import css from './changes.module.css'

/** What can be seen decides what this page can show; the first is its main matter. */
const TOPICS: readonly string[] = ['keys', 'providers', 'mappings', 'settings']

const COLUMNS: readonly Column[] = [
  { key: 'at', head: 'Time', width: '124px' },
  { key: 'action', head: 'Done', width: '84px' },
  { key: 'entity', head: 'What', width: '116px' },
  { key: 'name', head: 'Name', width: 'minmax(130px, 1.2fr)' },
  { key: 'diff', head: 'Before → after', width: 'minmax(140px, 2fr)' },
  { key: 'gateway', head: 'Gateway', from: 760, width: '96px' },
]

type Which = 'all' | 'virtual_key' | 'model_mapping' | 'provider' | 'configuration'

/** What was altered? */
export function ChangesPage({ open }: { open: string }) {
  const [which, setWhich] = useState<Which>('all')
  const [text, setText] = useState('')
  const scope = useScope()
  const sought = text.trim().toLowerCase()
  const ids = useLive(
    useShallow((live) =>
      Object.values(live.changes)
        .filter((change) => inScope(scope, change) && (which === 'all' || change.entity === which))
        .filter((change) =>
          `${change.name} ${change.subject} ${change.details.join(' ')}`.toLowerCase().includes(sought),
        )
        .sort((a, b) => b.at - a.at || Number(b.id) - Number(a.id))
        .map((change) => change.id),
    ),
  )
  const calm = useCalmOrder(ids)
  return (
    <PageFrame side={open ? <ChangePanel id={open} /> : null}>
      <PageHeader title="Changes">
        What administrators and the gateways altered since Gatewatch started.
      </PageHeader>
      <CoverageNote topics={TOPICS} />
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
          ]}
        />
        <SearchField label="Find a change" value={text} onChange={setText} />
        <NewPill waiting={calm.waiting} onShow={calm.release} />
      </Toolbar>
      <Panel title="Changes" aside={plural(ids.length, 'change')} flush className={css.list}>
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
              <EmptyMessage title="No changes since Gatewatch started.">
                Keys, mappings, providers and settings that are altered show here.
              </EmptyMessage>
            )
          }
        />
      </Panel>
    </PageFrame>
  )
}

const ChangeRow = memo(function ChangeRow({ id }: { id: string }) {
  const change = useLive((live) => live.changes[id])
  const gateway = useLive((live) => live.gateways[change?.gateway ?? '']?.label)
  if (!change) return null
  return (
    <>
      <Cell className="dim">
        <Clock at={change.at} />
      </Cell>
      <Cell>
        <ActionTag action={change.action} />
      </Cell>
      <Cell className="dim">{words(change.entity)}</Cell>
      <Cell>
        <Name>{change.name || change.subject}</Name>
      </Cell>
      <Cell>
        <Diff change={change} />
      </Cell>
      <Cell className="dim">
        <bdi>{gateway ?? change.gateway}</bdi>
      </Cell>
    </>
  )
})

function ActionTag({ action }: { action: string }) {
  const tone =
    action === 'deleted' || action === 'disabled'
      ? 'warning'
      : action === 'created' || action === 'enabled'
        ? 'accent'
        : 'plain'
  return <Tag tone={tone}>{action}</Tag>
}

function Diff({ change }: { change: Change }) {
  if (change.old === '' && change.new === '') return <span className="dim">{change.details.join(', ')}</span>
  return (
    <span className="mono">
      <del className={css.old}>
        <bdi>{change.old || 'nothing'}</bdi>
      </del>{' '}
      →{' '}
      <ins className={css.new}>
        <bdi>{change.new || 'nothing'}</bdi>
      </ins>
    </span>
  )
}

function ChangePanel({ id }: { id: string }) {
  const change = useLive((live) => live.changes[id])
  const gateway = useLive((live) => live.gateways[change?.gateway ?? '']?.label)
  const close = () => go('changes')
  if (!change) {
    return (
      <SidePanel label="Change" title="Change" onClose={close}>
        <EmptyMessage title="This change is not listed any more.">It is among the events.</EmptyMessage>
      </SidePanel>
    )
  }
  return (
    <SidePanel label="Change" title={<bdi>{change.name || change.subject}</bdi>} onClose={close}>
      <Facts
        rows={[
          ['When', <Clock key="at" at={change.at} />],
          ['What', `${words(change.entity)} ${change.action}`],
          ['Gateway', <bdi key="g">{gateway ?? change.gateway}</bdi>],
          ['Source', sourceWords(change.source)],
          [
            'Id',
            <bdi key="id" className="mono">
              {change.subject || '–'}
            </bdi>,
          ],
          change.details.length > 0 ? ['Fields', <bdi key="f">{change.details.join(', ')}</bdi>] : null,
        ]}
      />
      {change.old || change.new ? (
        <Part title="Before and after">
          <pre className={`${css.value} ${css.old}`}>
            <bdi>{change.old || 'nothing'}</bdi>
          </pre>
          <pre className={`${css.value} ${css.new}`}>
            <bdi>{change.new || 'nothing'}</bdi>
          </pre>
        </Part>
      ) : null}
    </SidePanel>
  )
}
