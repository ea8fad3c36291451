import type { ReactNode } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useCauses } from '../../bridge/queries'
import type { IncidentAlert } from '../../bridge/types'
import { count, plural } from '../../lib/format'
import { useReplay } from '../../live/replay'
import { useLive } from '../../live/store'
import { shows } from '../../ui/Fact'
import { HitOf } from '../alerts'
import css from './incidents.module.css'
import { readingWords } from './words'

/** Who depends on what the gravest alert of an incident is about, by the gateway's lists as they are now. */
export function WhoIsHit({ gateway, about }: { gateway: string; about: IncidentAlert | undefined }) {
  const id = `${gateway}/${about?.entity ?? ''}`
  switch (about?.entityKind) {
    case 'provider':
      return <OfProvider id={id} alert={about.id} />
    case 'key':
      return <OfKey id={id} />
    case 'group':
      return <OfGroup id={id} />
    case 'task':
      return <OfTask id={id} />
    case 'gateway':
    case 'link':
      return <OfGateway gateway={gateway} />
    default:
      return <NobodyKnows id={id}>it is about nothing that keys depend on in the lists.</NobodyKnows>
  }
}

function OfProvider({ id, alert }: { id: string; alert: string }) {
  const past = useReplay(({ on }) => on)
  const listed = useLive((live) => alert in live.alerts)
  return listed && !past ? <OfListed alert={alert} /> : <OfAnyProvider id={id} />
}

/** Of an alert that is still listed, what its panel says: keys, models, tasks and money. */
function OfListed({ alert }: { alert: string }) {
  const causes = useCauses(alert)
  return causes.data ? (
    <div className={css.plain}>
      <HitOf alert={alert} hit={causes.data.hit} />
    </div>
  ) : (
    <p className={css.note}>{readingWords(causes.error)}</p>
  )
}

function OfAnyProvider({ id }: { id: string }) {
  const of = useLive((live) => live.providers[id])
  const list = useLive((live) => (of ? live.pollTargets[`${of.gateway}/rest:mappings`] : undefined))
  if (!of) return <NobodyKnows id={id}>the provider is not listed now.</NobodyKnows>
  if (of.served < 0 && !list?.succeededAt)
    return (
      <NobodyKnows id={id}>
        the gateway’s mappings could not be read. <bdi>{list?.cause}</bdi>
      </NobodyKnows>
    )
  const served = Math.max(0, of.served)
  return (
    <p className={css.plain} {...shows('provider.hit', id)}>
      {served === 0 ? 'No model is' : `${plural(served, 'model')} ${served === 1 ? 'is' : 'are'}`} asked of{' '}
      <bdi>{of.name}</bdi>
      {served === 0
        ? ''
        : of.withoutFallback === 0
          ? '; each has another provider'
          : `; ${count(of.withoutFallback)} of them without another provider`}
      , as the mappings are now.
    </p>
  )
}

function OfKey({ id }: { id: string }) {
  const key = useLive((live) => live.keys[id])
  const group = useLive((live) => (key?.group ? live.groups[`${key.gateway}/${key.group}`] : undefined))
  if (!key) return <NobodyKnows id={id}>the key is not listed now.</NobodyKnows>
  return (
    <p className={css.plain}>
      Requests with the key <bdi>{key.name || key.key}</bdi>
      {group ? (
        <>
          , which <bdi>{group.name || `Group ${group.group}`}</bdi> pays for
        </>
      ) : null}
      .
    </p>
  )
}

/** As many names as a sentence bears. */
const NAMED = 5

function OfGroup({ id }: { id: string }) {
  const group = useLive((live) => live.groups[id])
  const names = useLive(
    useShallow((live) =>
      Object.values(live.keys)
        .filter((key) => `${key.gateway}/${key.group}` === id && key.status !== 'deleted')
        .map((key) => key.name || key.key)
        .sort(),
    ),
  )
  if (!group) return <NobodyKnows id={id}>the group is not listed now.</NobodyKnows>
  if (names.length === 0) return <NobodyKnows id={id}>no key of the group is listed now.</NobodyKnows>
  const rest = names.length - NAMED
  return (
    <p className={css.plain} {...shows('group.hit', id)}>
      {plural(names.length, 'key')} of <bdi>{group.name || `Group ${group.group}`}</bdi>:{' '}
      <bdi>{names.slice(0, NAMED).join(', ')}</bdi>
      {rest > 0 ? ` and ${count(rest)} more` : ''}, as the list of keys is now.
    </p>
  )
}

function OfTask({ id }: { id: string }) {
  const task = useLive((live) => live.tasks[id])
  const key = useLive((live) => (task?.key ? live.keys[`${task.gateway}/${task.key}`] : undefined))
  if (!key) return <NobodyKnows id={id}>whose task it was is not known any more.</NobodyKnows>
  return (
    <p className={css.plain}>
      The task’s key <bdi>{key.name || key.key}</bdi>.
    </p>
  )
}

function OfGateway({ gateway }: { gateway: string }) {
  const keys = useLive(
    (live) =>
      Object.values(live.keys).filter((key) => key.gateway === gateway && key.status !== 'deleted').length,
  )
  const label = useLive((live) => live.gateways[gateway]?.label ?? gateway)
  if (keys === 0) return <NobodyKnows id={gateway}>no key of the gateway is listed now.</NobodyKnows>
  return (
    <p className={css.plain} {...shows('gateway.hit', gateway)}>
      Whoever uses <bdi>{label}</bdi>: {plural(keys, 'key')}, as the list of keys is now.
    </p>
  )
}

function NobodyKnows({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p className={css.plain} {...shows('provider.hit', id, { status: 'unknown' })}>
      Not known: {children}
    </p>
  )
}
