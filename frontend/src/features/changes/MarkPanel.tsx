import { useAct } from '../../bridge/act'
import { go } from '../../lib/route'
import { useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { SidePanel } from '../../ui/SidePanel'
import { Name } from '../../ui/text'

/** What the address of a mark that a link asks for begins with: then its gateway, a colon, and its text. */
export const ASKED = 'mark:'

/** Asks whether to set a mark that a link brought: links can come from anywhere. */
export function MarkPanel({ asked }: { asked: string }) {
  const act = useAct()
  const colon = asked.indexOf(':')
  const gateway = colon < 0 ? '' : asked.slice(0, colon)
  const text = asked.slice(colon + 1)
  const label = useLive((live) => live.gateways[gateway]?.label)
  const set = async () => {
    if (await act((b) => b.History.SetMark(text, gateway, 0), 'Marked.')) go('changes')
  }
  return (
    <SidePanel
      label="Mark"
      title="Set this mark?"
      onClose={() => go('changes')}
      actions={
        <>
          <SmallButton onClick={() => void set()}>Set the mark</SmallButton>
          <SmallButton onClick={() => go('changes')}>Leave it</SmallButton>
        </>
      }
    >
      <p>
        A link asks for a mark at this time: <Name>{text}</Name>
      </p>
      <p>
        {gateway === '' ? 'It is about all gateways.' : 'It is about '}
        {gateway === '' ? null : <Name>{label ?? gateway}</Name>}
      </p>
      <p className="faint">
        Links can come from anywhere, a web page for one. A mark counts among the likely causes of what begins
        within an hour.
      </p>
    </SidePanel>
  )
}
