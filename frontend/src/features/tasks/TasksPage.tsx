import { useMemo, useState } from 'react'
import { useAct } from '../../bridge/act'
import { plural } from '../../lib/format'
import { byId } from '../../lib/order'
import { go } from '../../lib/route'
import { useFrozen } from '../../live/replay'
import { useScope } from '../../live/scope'
import { NewPill, Segments, SmallButton } from '../../ui/controls'
import { type Column, DataTable } from '../../ui/DataTable'
import { Fact } from '../../ui/Fact'
import { PageFrame, Toolbar } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Panel } from '../../ui/Panel'
import { useStableOrder } from '../../ui/useStableOrder'
import { DeliveryNote } from '../connections'
import { FollowTaskForm } from './FollowTaskForm'
import { EVERY_TASK, fitsTask, TaskFilters } from './TaskFilters'
import { TaskPanel } from './TaskPanel'
import { FinishedRow, RunningRow } from './TaskRow'
import { type TaskProgress, useTaskProgressHub } from './useTaskProgressHub'
import { useTasksPromise } from './useTasksPromise'

/** What can be seen decides what this page can show; the first is its main matter. */
const TOPICS: readonly string[] = ['tasks']

const RUNNING: readonly Column[] = [
  { key: 'task', head: 'Task', width: 'minmax(212px, 1.4fr)' },
  { key: 'what', head: 'For', from: 642, width: 'minmax(120px, 1.5fr)' },
  { key: 'progress', head: 'Progress', width: 'minmax(150px, 230px)' },
  { key: 'message', head: 'Last message', from: 952, width: 'minmax(90px, 1fr)' },
  { key: 'usual', head: 'Usually', from: 730, width: '76px', end: true },
  {
    key: 'started',
    head: 'First seen',
    from: 512,
    width: '96px',
    end: true,
    hint: 'When it was first told of. It may have begun before',
  },
  { key: 'deeds', head: 'Actions', quiet: true, from: 848, width: '104px', end: true },
]

const FINISHED: readonly Column[] = [
  { key: 'task', head: 'Task', width: 'minmax(212px, 1.4fr)' },
  { key: 'what', head: 'For', from: 722, width: 'minmax(110px, 1.4fr)' },
  { key: 'how', head: 'State', width: '104px' },
  { key: 'result', head: 'Result', from: 492, width: 'minmax(104px, 1.2fr)' },
  { key: 'took', head: 'Took', from: 872, width: '86px', end: true },
  { key: 'at', head: 'Ended', from: 598, width: '96px', end: true },
  { key: 'deeds', head: 'Actions', quiet: true, from: 782, width: '40px', end: true },
]

type Medium = 'all' | 'video' | 'image' | 'batch'

/** What runs, what is stuck, what came of it? */
export function TasksPage({ open }: { open: string }) {
  const [medium, setMedium] = useState<Medium>('all')
  const [of, setOf] = useState(EVERY_TASK)
  const every = useTaskProgressHub(medium === 'all' ? {} : { medium })
  const tasks = every.filter((task) => fitsTask(task, of))
  const running = useIds(tasks, false)
  const finished = useIds(tasks, true)
  const calmRunning = useStableOrder(running)
  const calmFinished = useStableOrder(finished)
  const lost = tasks.filter((task) => task.finishedAt === 0 && task.lostAt > 0).length
  const failed = tasks.filter((task) => task.status === 'failed').length
  const frozen = useFrozen()
  const act = useAct()
  const scope = useScope()
  const promise = useTasksPromise()
  const onOpen = (id: string) => go('tasks', open === id ? '' : id)
  return (
    <PageFrame scroll side={open ? <TaskPanel id={open} /> : null}>
      <PageHeader title="Tasks" actions={<FollowTaskForm />}>
        <Fact name="tasks.words" of={scope}>
          {`${running.length - lost} running, ${lost > 0 ? `${lost} not known, ` : ''}${finished.length - failed} completed, ${failed} failed. Finished tasks leave after 10 minutes.`}
        </Fact>
      </PageHeader>
      <DeliveryNote topics={TOPICS} />
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
        <TaskFilters tasks={every} value={of} onChange={setOf} />
        <NewPill waiting={calmRunning.waiting} onShow={calmRunning.release} />
      </Toolbar>
      <Panel
        title={lost > 0 ? 'Running, or not known' : 'Running'}
        aside={
          <Fact name="tasks.running" of={scope}>
            {plural(running.length, 'task')}
          </Fact>
        }
        flush
      >
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
            <EmptyMessage title="Nothing that runs is known.">
              <Fact name="tasks.promise" of={scope}>
                {promise}
              </Fact>
            </EmptyMessage>
          }
        />
      </Panel>
      <Panel
        title="Finished"
        aside={
          <SmallButton
            why={frozen ?? (finished.length === 0 ? 'Nothing is finished.' : undefined)}
            onClick={() => void act((b) => b.Tasks.ClearFinished(scope))}
          >
            Clear finished
          </SmallButton>
        }
        flush
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
    .sort((a, b) => (ended ? b.finishedAt - a.finishedAt : b.startedAt - a.startedAt) || byId(a.id, b.id))
    .map((task) => task.id)
    .join('\u0000')
  return useMemo(() => (order ? order.split('\u0000') : []), [order])
}
