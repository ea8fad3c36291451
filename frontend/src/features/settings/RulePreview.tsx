import { useEffect, useRef, useState } from 'react'
import { useBridge } from '../../bridge/context'
import { showError } from '../../bridge/showError'
import type { RulePreview as Preview, PreviewOccasion, RuleInput } from '../../bridge/types'
import { count, duration, fullTime, plural } from '../../lib/format'
import { SmallButton } from '../../ui/controls'
import { Fact } from '../../ui/Fact'
import { severityShape, severityWord } from '../../ui/labels'
import { Shape } from '../../ui/Shape'
import { Said } from '../../ui/text'
import css from './settings.module.css'

/**
 * What a rule would have done in the last 30 days, with the numbers of its form, saved
 * or not. It takes a while, is worked out elsewhere, and can be stopped.
 */
export function RulePreview({ input }: { input: RuleInput | null }) {
  const bridge = useBridge()
  const [shown, setShown] = useState<{ of: RuleInput; preview: Preview } | null>(null)
  const [busy, setBusy] = useState(false)
  const asked = useRef(0)
  const leave = useRef(() => {})
  leave.current = () => {
    if (busy) void bridge.Alerts.StopPreview().catch(() => {})
  }
  useEffect(() => () => leave.current(), [])
  const ask = async (of: RuleInput) => {
    asked.current += 1
    const mine = asked.current
    setBusy(true)
    try {
      const preview = await bridge.Alerts.PreviewRule(of)
      if (mine === asked.current) setShown({ of, preview })
    } catch (thrown) {
      if (mine === asked.current) showError(thrown)
    } finally {
      if (mine === asked.current) setBusy(false)
    }
  }
  const old = shown !== null && JSON.stringify(shown.of) !== JSON.stringify(input)
  return (
    <div className={css.preview}>
      <div className={css.ruleButtons}>
        <SmallButton disabled={busy || input === null} onClick={() => (input ? void ask(input) : undefined)}>
          What would it have done in the last 30 days?
        </SmallButton>
        {busy ? (
          <SmallButton
            onClick={() => {
              asked.current += 1
              setBusy(false)
              void bridge.Alerts.StopPreview().catch(showError)
            }}
          >
            Stop
          </SmallButton>
        ) : null}
      </div>
      {busy ? <p className="faint">The history is played to the rule…</p> : null}
      {shown ? (
        <section aria-label="What it would have done" aria-live="polite">
          {old ? <p className="faint">Of other numbers than those above.</p> : null}
          <Told preview={shown.preview} rule={shown.of.id} />
        </section>
      ) : null}
    </div>
  )
}

function Told({ preview, rule }: { preview: Preview; rule: string }) {
  if (preview.unknown) return <p>{preview.unknown}</p>
  return (
    <>
      <p>
        <Fact name="rule.preview" of={rule}>
          {preview.times === 0 ? 'It would not have fired.' : sentence(preview)}
        </Fact>
      </p>
      <p className="faint">
        <Fact name="rule.preview" of={rule}>
          {`From ${fullTime(preview.from)} on, ${duration(preview.watchedMs)} of it watched, ${plural(preview.events, 'event')}. `}
        </Fact>
        {preview.cut ? 'There is more than can be played at once. ' : ''}
        {preview.missing ? `${preview.missing} ` : ''}
        What other alerts would have held back, mutes, what was called normal, and what is told together are
        not in it.
      </p>
      <ol className={css.occasions}>
        {preview.occasions.slice(0, 20).map((one) => (
          <li key={`${one.from} ${one.title}`}>
            <Shape of={severityShape(one.severity)} label={severityWord(one.severity)} />
            <Said>{one.title}</Said>
            <Fact name="rule.preview" of={rule}>
              {whenOf(one)}
            </Fact>
          </li>
        ))}
      </ol>
      {preview.times > 20 ? (
        <p className="faint">
          <Fact name="rule.preview" of={rule}>{`The newest 20 of ${count(preview.times)}.`}</Fact>
        </p>
      ) : null}
    </>
  )
}

function sentence(preview: Preview): string {
  const held =
    preview.held > 0 ? `, ${plural(preview.held, 'other')} held back by quiet hours or the settings` : ''
  return (
    `It would have fired ${plural(preview.times, 'time')}, for ${duration(preview.openMs)} in all, ` +
    `at the longest ${duration(preview.longestMs)}. ` +
    `It would have made ${plural(preview.notices, 'notification')}, ${count(preview.night)} of them at night (22 to 7)${held}.`
  )
}

function whenOf(one: PreviewOccasion): string {
  const lasted = one.to > 0 ? `for ${duration(one.to - one.from)}` : 'and had not ended'
  return `${fullTime(one.from)} ${lasted}, ${plural(one.notices, 'notification')}`
}
