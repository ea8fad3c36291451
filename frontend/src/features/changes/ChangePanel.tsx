import { words } from '../../lib/format'
import { go } from '../../lib/route'
import { useLive } from '../../live/store'
import { shows } from '../../ui/Fact'
import { sourceWords } from '../../ui/labels'
import { EmptyMessage } from '../../ui/Panel'
import { DetailList, DetailSection, SidePanel } from '../../ui/SidePanel'
import { Name } from '../../ui/text'
import css from './changes.module.css'
import { nameOfChanged } from './labels'
import { betweenWords, Values, When } from './parts'

/** One change, whole. */
export function ChangePanel({ id }: { id: string }) {
  const change = useLive((live) => live.changes[id])
  const gateway = useLive((live) => live.gateways[change?.gateway ?? '']?.label)
  const name = useLive((live) => (change ? nameOfChanged(live, change) : ''))
  const close = () => go('changes')
  if (!change) {
    return (
      <SidePanel label="Change" title="Change" onClose={close}>
        <EmptyMessage title="This change is not listed any more.">It is among the events.</EmptyMessage>
      </SidePanel>
    )
  }
  return (
    <SidePanel label="Change" title={<Name>{name}</Name>} onClose={close}>
      <DetailList
        rows={[
          ['When', <When key="at" change={change} />],
          change.since > 0 || change.after > 0
            ? ['Happened', betweenWords(change), shows('change.between', id)]
            : null,
          change.own ? ['Told by', 'the gateway’s own clock'] : null,
          ['What', `${words(change.entity)} ${change.action}`, shows('change.words', id)],
          ['Gateway', <Name key="g">{gateway ?? (change.gateway || 'all')}</Name>],
          ['Source', sourceWords(change.source), shows('change.source', id)],
          [
            'Id',
            <bdi key="id" className="mono">
              {change.subject || '–'}
            </bdi>,
            shows('change.id', id),
          ],
          change.details.length > 0
            ? ['Fields', <bdi key="f">{change.details.join(', ')}</bdi>, shows('change.fields', id)]
            : null,
        ]}
      />
      {change.values.length > 0 ? (
        <DetailSection title="Before and after">
          <ul className={css.values}>
            {change.values.map((value) => (
              <li key={value.field} {...shows('change.value', id)}>
                <span className="dim">{words(value.field)}</span>{' '}
                {value.old || value.new ? <Values of={value} /> : 'changed; its values are not shown'}
              </li>
            ))}
          </ul>
        </DetailSection>
      ) : change.old || change.new ? (
        <DetailSection title="Before and after">
          <pre className={`${css.value} ${css.old}`}>
            <bdi {...shows('change.old', id)}>{change.old || 'nothing'}</bdi>
          </pre>
          <pre className={`${css.value} ${css.new}`}>
            <bdi {...shows('change.new', id)}>{change.new || 'nothing'}</bdi>
          </pre>
        </DetailSection>
      ) : null}
    </SidePanel>
  )
}
