import { useAct } from '../../bridge/act'
import { useBridge } from '../../bridge/context'
import { useAbout } from '../../bridge/queries'
import type { About } from '../../bridge/types'
import { SmallButton } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { EmptyMessage, Panel, Skeleton } from '../../ui/Panel'
import { DetailList } from '../../ui/SidePanel'
import css from './settings.module.css'

/** What this program is and where it keeps things. */
export function AboutPanel() {
  const about = useAbout()
  const bridge = useBridge()
  const act = useAct()
  return (
    <Panel
      title="About"
      aside={
        about.data ? (
          <SmallButton
            onClick={() => void act(() => navigator.clipboard.writeText(asText(about.data)), 'Copied.')}
          >
            Copy
          </SmallButton>
        ) : null
      }
    >
      {about.data ? (
        <div className={css.fields}>
          <DetailList
            rows={[
              ['Gatewatch', about.data.version, shows('app.version')],
              ['Built with', `${about.data.go}, Wails ${about.data.wails}`, shows('app.built')],
              ['System', about.data.os, shows('app.os')],
              [
                'Data',
                <bdi key="d" className="mono">
                  {about.data.dataDir}
                </bdi>,
                shows('app.dataDir'),
              ],
              [
                'Log file',
                <bdi key="l" className="mono">
                  {about.data.logFile}
                </bdi>,
                shows('app.logFile'),
              ],
              ['Page', `over ${bridge.carrier}`],
            ]}
          />
          <div>
            <SmallButton danger onClick={() => void act((b) => b.App.Quit())}>
              Quit Gatewatch (stops alerts)
            </SmallButton>
          </div>
        </div>
      ) : about.error ? (
        <EmptyMessage title="That cannot be read.">{about.error.message}</EmptyMessage>
      ) : (
        <Skeleton />
      )}
    </Panel>
  )
}

function asText(about: About): string {
  return Object.entries(about)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}
