import { useAct } from '../../bridge/act'
import { startReplay } from '../../live/replay'
import { SmallButton } from '../../ui/controls'

/** Shows the past from a time on. */
export function ReplayButton({ at, children = 'Replay' }: { at: number; children?: string }) {
  const act = useAct()
  return <SmallButton onClick={() => void act((b) => startReplay(b, at))}>{children}</SmallButton>
}

/** The way from a time in a chart into the past. */
export function showAsItWas(at: number) {
  return <ReplayButton at={at}>Show the window as it was then</ReplayButton>
}
