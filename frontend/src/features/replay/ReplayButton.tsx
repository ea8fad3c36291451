import { useAct } from '../../bridge/act'
import { startReplay } from '../../live/replay'
import { SmallButton } from '../../ui/controls'

/** Shows the past from a time on. */
export function ReplayButton({ at }: { at: number }) {
  const act = useAct()
  return <SmallButton onClick={() => void act((b) => startReplay(b, at))}>Replay</SmallButton>
}
