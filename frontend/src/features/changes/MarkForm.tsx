import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useBridge } from '../../bridge/context'
import { fullTime } from '../../lib/format'
import { type Moment, momentOf } from '../../lib/moment'
import { now } from '../../lib/time'
import { PopoverForm } from '../../live/PopoverForm'
import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'

const DAY = 24 * 3_600_000
const MINUTE = 60_000

/** What stands for every gateway: none is called so. */
const ALL = '*'

/** Notes that something was done beside the gateway, such as a deployment, now or earlier. */
export function MarkForm() {
  const bridge = useBridge()
  const scope = useScope()
  const gateways = useLive((live) => live.gateways)
  const [text, setText] = useState('')
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const gateway = chosen ?? (scope || ALL)
  const at = pastMoment(typed, now())
  const wrong = at && 'wrong' in at ? at.wrong : ''
  const set = async () => {
    const when = at && 'at' in at ? at.at : 0
    await bridge.History.SetMark(text.trim(), gateway === ALL ? '' : gateway, when)
    setText('')
    setTyped('')
    setChosen(null)
  }
  return (
    <PopoverForm
      button="Set a mark…"
      name="Set a mark"
      deed="Set the mark"
      done="Marked."
      ready={text.trim() !== '' && wrong === ''}
      run={set}
    >
      {(refused, forget) => (
        <>
          <TextInput
            label="What was done"
            placeholder="Deployed web 1.4"
            data-autofocus
            maxLength={200}
            autoComplete="off"
            value={text}
            error={refused}
            onChange={(event) => {
              setText(event.currentTarget.value)
              forget()
            }}
          />
          <TextInput
            label="When"
            placeholder="Now"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            description={
              at && 'at' in at
                ? fullTime(at.at)
                : wrong
                  ? undefined
                  : 'Empty for now. Else such as 14:05, or 2026-12-01 14:05.'
            }
            error={wrong}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Select
            label="Gateway"
            comboboxProps={{ withinPortal: false }}
            data={[
              { value: ALL, label: 'All gateways' },
              ...Object.values(gateways).map((g) => ({ value: g.id, label: g.label })),
            ]}
            value={gateway}
            onChange={setChosen}
            allowDeselect={false}
          />
          <p className="faint">
            A mark stands in the charts and among the likely causes of what begins within an hour of it.
          </p>
        </>
      )}
    </PopoverForm>
  )
}

/** A moment that is over; a time alone is the last such time. Null while nothing is typed: it is now. */
export function pastMoment(typed: string, now: number): Moment | null {
  if (typed.trim() === '') return null
  const at = momentOf(typed, now - DAY)
  return 'at' in at && at.at > now + MINUTE ? { wrong: 'That is not over yet.' } : at
}
