import { useMemo, useState } from 'react'
import { useAct } from '../../bridge/act'
import { plural } from '../../lib/format'
import { go } from '../../lib/route'
import { useScope } from '../../live/scope'
import { NewPill, Segments, SmallButton } from '../../ui/controls'
import { type Column, DataTable } from '../../ui/DataTable'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Panel } from '../../ui/Panel'
import { useCalmOrder } from '../../ui/useCalmOrder'
import { CoverageNote } from '../connections/CoverageNote'
import { TaskPanel } from './TaskPanel'
import { FinishedRow, RunningRow } from './TaskRow'
import css from './tasks.module.css'
import { type TaskProgress, useTaskProgressHub } from './useTaskProgressHub'
import { WatchForm } from './WatchForm'

/** What can be seen decides what this page can show; the first is its main matter. */
const TOPICS: readonly string[] = ['tasks']

const RUNNING: readonly Column[] = [
  { key: 'task', head: 'Task', width: 'minmax(130px, 1.1fr)' },
  { key: 'what', head: 'For', width: 'minmax(110px, 1fr)' },
  { key: 'progress', head: 'Progress', width: '278px' },
  { key: 'message', head: 'Last message', from: 760, width: 'minmax(90px, 1fr)' },
  { key: 'started', head: 'Started', width: '96px', end: true },
]

const FINISHED: readonly Column[] = [
  { key: 'task', head: 'Task', width: 'minmax(130px, 1.1fr)' },
  { key: 'what', head: 'For', width: 'minmax(110px, 1fr)' },
  { key: 'how', head: 'Ended', width: '104px' },
  { key: 'result', head: 'Result', width: 'minmax(120px, 1.6fr)' },
  { key: 'took', head: 'Took', from: 640, width: '86px', end: true },
  { key: 'at', head: 'Ended', width: '96px', end: true },
]

type Medium = 'all' | 'video' | 'image' | 'batch'

/** What runs, what is stuck, what came of it? */
export function TasksPage({ open }: { open: string }) {
  const [medium, setMedium] = useState<Medium>('all')
  const tasks = useTaskProgressHub(medium === 'all' ? {} : { medium })
  const running = useIds(tasks, false)
  const finished = useIds(tasks, true)
  const calmRunning = useCalmOrder(running)
  const calmFinished = useCalmOrder(finished)
  const failed = tasks.filter((task) => task.status === 'failed').length
  const act = useAct()
  const scope = useScope()
  const onOpen = (id: string) => go('tasks', open === id ? '' : id)
  return (
    <PageFrame side={open ? <TaskPanel id={open} /> : null}>
      <PageHeader title="Tasks" actions={<WatchForm />}>
        {`${running.length} running, ${finished.length - failed} completed, ${failed} failed. Finished tasks leave after 10 minutes.`}
      </PageHeader>
      <CoverageNote topics={TOPICS} />
      <Toolbar>
        <Segments
          label="Which tasks"
          value={medium}
          onChange={setMedium}
          options={[
            { value: 'all', label: 'All' },
            { value: 'video', label: 'Video' },
            { value: 'image', label: 'Image' },
            { value: 'batch', label: 'Batch' },
          ]}
        />
        <NewPill waiting={calmRunning.waiting} onShow={calmRunning.release} />
      </Toolbar>
      <Panel title="Running" aside={plural(running.length, 'task')} flush className={css.running}>
        <DataTable
          label="Running tasks"
          columns={RUNNING}
          ids={calmRunning.ids}
          Row={RunningRow}
          rowHeight={36}
          onOpen={onOpen}
          opened={open}
          onPointer={calmRunning.hold}
          empty={
            <EmptyMessage title="Nothing runs.">
              Video and image generations appear here when they are queued.
            </EmptyMessage>
          }
        />
      </Panel>
      <Panel
        title="Finished"
        aside={
          <SmallButton
            why={finished.length === 0 ? 'Nothing is finished.' : undefined}
            onClick={() => void act((b) => b.Tasks.ClearFinished(scope))}
          >
            Clear finished
          </SmallButton>
        }
        flush
        className={css.finished}
      >
        <DataTable
          label="Finished tasks"
          columns={FINISHED}
          ids={calmFinished.ids}
          Row={FinishedRow}
          rowHeight={36}
          onOpen={onOpen}
          opened={open}
          onPointer={calmFinished.hold}
          empty={
            <EmptyMessage title="Nothing finished lately.">
              Results and errors stay here for ten minutes.
            </EmptyMessage>
          }
        />
      </Panel>
    </PageFrame>
  )
}

/** The ids of those that run, or of those that ended, latest end first. */
function useIds(tasks: readonly TaskProgress[], ended: boolean): readonly string[] {
  const order = tasks
    .filter((task) => task.finishedAt > 0 === ended)
    .sort(
      (a, b) => (ended ? b.finishedAt - a.finishedAt : b.startedAt - a.startedAt) || a.id.localeCompare(b.id),
    )
    .map((task) => task.id)
    .join('\u0000')
  return useMemo(() => (order ? order.split('\u0000') : []), [order])
}
