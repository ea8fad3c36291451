import { useNow } from '../../lib/time'
import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { shows } from '../../ui/Fact'
import { PageFrame } from '../../ui/PageFrame'
import { Shape } from '../../ui/Shape'
import { Said } from '../../ui/text'
import { DeliveryNote } from '../connections'
import { BudgetsPanel } from './BudgetsPanel'
import { BurnPanel } from './BurnPanel'
import css from './NowPage.module.css'
import { ProvidersPanel } from './ProvidersPanel'
import { AlertsPanel, ChangesPanel, TasksPanel } from './panels'
import { sentenceOf } from './sentence'

/** What this page would show of a gateway if its keys let it be seen. */
const TOPICS: readonly string[] = ['spend', 'health', 'keys', 'settings']

/** Is anything wrong, where, since when? */
export function NowPage(_: { open: string }) {
  return (
    <PageFrame scroll>
      <StatusSentence />
      <DeliveryNote topics={TOPICS} missingOnly />
      <div className={css.grid}>
        <ProvidersPanel className={css.providers} />
        <BudgetsPanel className={css.budgets} />
        <AlertsPanel className={css.alerts} />
        <BurnPanel className={css.burn} />
        <TasksPanel className={css.tasks} />
        <ChangesPanel className={css.changes} />
      </div>
    </PageFrame>
  )
}

function StatusSentence() {
  const scope = useScope()
  const now = useNow(1000)
  const outlooks = useLive((live) => live.outlooks)
  const gateways = useLive((live) => live.gateways)
  const sentence = sentenceOf({ outlooks, gateways }, scope, now)
  return (
    <header className={css.sentence}>
      <Shape of={sentence.shape} size={26} label="" />
      <div>
        <h1 {...shows('outlook.head', scope)}>{sentence.head}</h1>
        <p {...shows('outlook.rest', scope)}>
          <Said>{sentence.rest}</Said>
        </p>
      </div>
      {sentence.shape === 'critical' || sentence.shape === 'warning' ? (
        <a href="#/alerts" className={css.all}>
          All alerts
        </a>
      ) : null}
    </header>
  )
}
