import { useCalendar } from '../../bridge/queries'
import type { Live } from '../../bridge/types'
import { useWrite } from '../../bridge/useWrite'
import { plural } from '../../lib/format'
import { oncePer } from '../../lib/oncePer'
import { go } from '../../lib/route'
import { useFrozen } from '../../live/replay'
import { inScope, useScope } from '../../live/scope'
import { useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { Fact, shows } from '../../ui/Fact'
import { Panel } from '../../ui/Panel'
import { Clock, Name } from '../../ui/text'
import css from './forecast.module.css'

/** When something was foreseen last, ms since 1970. */
const newestOf = oncePer((forecasts: Live['forecasts']) =>
  Object.values(forecasts).reduce((newest, f) => Math.max(newest, f.at), 0),
)

/** Resets, expiries and likely exhaustions to come, and top-ups of the last month; nothing where there are none. */
export function CalendarPanel() {
  const scope = useScope()
  const write = useWrite()
  const frozen = useFrozen()
  const stamp = useLive((live) => newestOf(live.forecasts))
  const calendar = useCalendar(stamp)
  const items = (calendar.data ?? []).filter((item) => inScope(scope, item))
  if (items.length === 0) return null
  const save = () =>
    write(
      (b) => b.History.SaveCalendar(),
      (lines) => plural(lines, 'entry', 'entries'),
    )
  return (
    <Panel
      title="Calendar of budgets"
      aside={
        <>
          <Fact name="view.calendar">{plural(items.length, 'entry', 'entries')}</Fact>{' '}
          <SmallButton why={frozen} onClick={() => void save()}>
            Save as .ics…
          </SmallButton>
        </>
      }
      flush
    >
      <ul className={css.calendar} aria-label="Calendar of budgets">
        {items.map((item) => (
          <li key={item.id}>
            <button type="button" onClick={() => go('spend', item.open)}>
              <Clock at={item.at} fact="calendar.at" of={item.id} about />
              <span className={css.words}>
                <Name>{item.name}</Name>
                <span className="dim" {...shows('calendar.words', item.id)}>
                  {item.words}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
