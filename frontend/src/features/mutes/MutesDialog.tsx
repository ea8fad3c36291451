import { Modal, NativeSelect, Switch } from '@mantine/core'
import { useCallback, useState } from 'react'
import type { Live, MaintenanceWindow, Muted, MuteScope } from '../../bridge/types'
import { duration, fullTime } from '../../lib/format'
import { byText } from '../../lib/order'
import { useTicking } from '../../lib/time'
import { liveStore, useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { MaintenanceForm } from './MaintenanceForm'
import css from './mutes.module.css'
import { useMaintenance, useMuteAct, useMutes, useNormals } from './queries'
import { CATEGORIES, EVERYTHING, HOW_LONG, scopeOf, scopeTitle, wordOf } from './scopes'

/** What is muted and for how long, what is planned, and both to change. */
export function MutesDialog({ scope = EVERYTHING, onClose }: { scope?: MuteScope; onClose: () => void }) {
  const [what, setWhat] = useState(wordOf(scope))
  return (
    <Modal opened onClose={onClose} title="Mute, or plan maintenance" size="lg">
      <div className={css.parts}>
        <What value={what} onChange={setWhat} />
        <MuteForm what={what} />
        <MaintenanceForm what={what} />
        <MutedNow />
        <Planned />
        <CalledNormal />
      </div>
    </Modal>
  )
}

/** What can be muted, by groups of choices. */
function choices(live: Live): { group: string; items: { value: string; label: string }[] }[] {
  const of = (part: Partial<MuteScope>, label: string) => ({
    value: wordOf({ ...EVERYTHING, ...part }),
    label,
  })
  const named = (kind: string, things: Record<string, { id: string; name: string }>) =>
    Object.values(things)
      .map((thing) => of({ kind, entity: thing.id }, thing.name || thing.id))
      .sort((a, b) => byText(a.label, b.label))
  return [
    {
      group: 'Gateways',
      items: Object.values(live.gateways).map((gateway) => of({ gateway: gateway.id }, gateway.label)),
    },
    { group: 'Kinds of alerts', items: CATEGORIES.map(([category, label]) => of({ category }, label)) },
    { group: 'Providers', items: named('provider', live.providers) },
    { group: 'Key groups', items: named('group', live.groups) },
    { group: 'Keys', items: named('key', live.keys) },
  ].filter((one) => one.items.length > 0)
}

function What({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  // As they are when the dialog opens: to sort thousands of keys with every frame is too dear.
  const [listed] = useState(() => choices(liveStore.getState().live))
  const alert = useLive((live) => (scopeOf(value).alert ? scopeTitle(live, scopeOf(value)) : ''))
  return (
    <NativeSelect
      label="What"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: wordOf(EVERYTHING), label: 'Everything' },
        ...(alert ? [{ value, label: alert }] : []),
        ...listed,
      ]}
    />
  )
}

function MuteForm({ what }: { what: string }) {
  const act = useMuteAct()
  const [critical, setCritical] = useState(false)
  return (
    <fieldset className={css.form} aria-label="Mute">
      <Switch
        label="Also critical alerts"
        checked={critical}
        onChange={(event) => setCritical(event.currentTarget.checked)}
      />
      <div className={css.buttons}>
        {HOW_LONG.map(([name, until]) => (
          <SmallButton
            key={name}
            onClick={() => void act((b) => b.Alerts.Mute(scopeOf(what), until(), critical), 'Muted.')}
          >
            {name}
          </SmallButton>
        ))}
      </div>
      <p className="faint">
        Everything is still watched, shown and kept. What is still true at the end is told then.
      </p>
    </fieldset>
  )
}

function MutedNow() {
  const mutes = useMutes()
  const act = useMuteAct()
  const list = mutes.data ?? []
  return (
    <section aria-label="Muted now">
      <h3>Muted now</h3>
      {list.length === 0 ? <p className="faint">Nothing.</p> : null}
      <ul className={css.list}>
        {list.map((one) => (
          <li key={wordOf(one.scope)}>
            <Title scope={one.scope} />
            <Left of={one} />
            <SmallButton onClick={() => void act((b) => b.Alerts.Unmute(one.scope))}>End</SmallButton>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Title({ scope }: { scope: MuteScope }) {
  const title = useLive((live) => scopeTitle(live, scope))
  return (
    <bdi className={css.title} title={title}>
      {title}
    </bdi>
  )
}

function Left({ of }: { of: Muted }) {
  const left = useTicking(
    useCallback(
      (now) => (of.until > 0 ? `${duration(Math.max(0, of.until - now))} left` : 'until resolved'),
      [of],
    ),
  )
  return (
    <span className="faint">
      {left}
      {of.alsoCritical ? ', also critical' : ''}
    </span>
  )
}

function Planned() {
  const windows = useMaintenance()
  const act = useMuteAct()
  const list = windows.data ?? []
  return (
    <section aria-label="Planned maintenance">
      <h3>Maintenance</h3>
      {list.length === 0 ? <p className="faint">None is planned.</p> : null}
      <ul className={css.list}>
        {list.map((one) => (
          <li key={one.id}>
            <Title scope={one.scope} />
            <When of={one} />
            <SmallButton onClick={() => void act((b) => b.Alerts.EndMaintenance(one.id))}>End</SmallButton>
          </li>
        ))}
      </ul>
    </section>
  )
}

function CalledNormal() {
  const normals = useNormals()
  const act = useMuteAct()
  const list = normals.data ?? []
  return (
    <section aria-label="Called normal">
      <h3>Called normal</h3>
      {list.length === 0 ? <p className="faint">Nothing.</p> : null}
      <ul className={css.list}>
        {list.map((one) => (
          <li key={[one.rule, one.gateway, one.kind, one.entity, one.dimension].join(' ')}>
            <bdi className={css.title} title={one.title}>
              {one.title || `${one.rule} of ${one.entity}`}
            </bdi>
            <SmallButton onClick={() => void act((b) => b.Alerts.CallUnusual(one), 'It is told of again.')}>
              Undo
            </SmallButton>
          </li>
        ))}
      </ul>
    </section>
  )
}

function When({ of }: { of: MaintenanceWindow }) {
  const now = useTicking(useCallback((at) => (at >= of.from ? 'now' : 'planned'), [of]))
  return (
    <span className="faint">
      {now === 'now' ? `now, until ${fullTime(of.to)}` : `${fullTime(of.from)} to ${fullTime(of.to)}`}
      {of.weekly ? ', each week' : ''}
      {of.note ? (
        <>
          {' · '}
          <bdi>{of.note}</bdi>
        </>
      ) : null}
    </span>
  )
}
