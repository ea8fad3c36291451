import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { emptyLive, type Live } from '../../bridge/types'
import { useNow } from '../../lib/time'
import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { PageFrame } from '../../ui/PageFrame'
import { Shape } from '../../ui/Shape'
import { CoverageNote } from '../connections/CoverageNote'
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
      <CoverageNote topics={TOPICS} missingOnly />
      <div className={css.grid}>
        <ProvidersPanel className={css.wide} />
        <AlertsPanel className={css.narrow} />
        <BurnPanel className={css.wide} />
        <BudgetsPanel className={css.narrow} />
        <TasksPanel className={css.wide} />
        <ChangesPanel className={css.narrow} />
      </div>
    </PageFrame>
  )
}

function StatusSentence() {
  const scope = useScope()
  const now = useNow(1000)
  const topics = useLive(
    useShallow(
      (live): Partial<Live> => ({
        gateways: live.gateways,
        alerts: live.alerts,
        providers: live.providers,
        keys: live.keys,
        groups: live.groups,
      }),
    ),
  )
  const sentence = useMemo(() => sentenceOf({ ...emptyLive(), ...topics }, scope, now), [topics, scope, now])
  return (
    <header className={css.sentence}>
      <Shape of={sentence.shape} size={26} label="" />
      <div>
        <h1>{sentence.head}</h1>
        <p>
          <bdi>{sentence.rest}</bdi>
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
