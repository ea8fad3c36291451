import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAct } from '../bridge/act'
import { useBridge } from '../bridge/context'
import { toBridgeError } from '../bridge/errors'
import { SmallButton } from '../ui/controls'
import { shows } from '../ui/Fact'
import css from './CrashDialog.module.css'

/** The report of a crash, to be copied for whoever looks after Gatewatch, or deleted. */
export function CrashDialog({ onClose }: { onClose: () => void }) {
  const bridge = useBridge()
  const act = useAct()
  const report = useQuery({ queryKey: ['crash'], queryFn: () => bridge.App.CrashReport(), gcTime: 0 })
  return (
    <Modal opened onClose={onClose} title="Gatewatch ended unexpectedly" size="xl">
      <p>
        This was written when it ended, with the last lines of the log before that. It holds no key, and is
        sent to nobody.
      </p>
      {report.isError ? <p role="alert">{toBridgeError(report.error).message}</p> : null}
      <section className={css.text} tabIndex={0} aria-label="Crash report">
        <pre {...shows('crash.report')}>{report.data ?? ''}</pre>
      </section>
      <div className={css.buttons}>
        <SmallButton onClick={onClose}>Close</SmallButton>
        <SmallButton
          onClick={() =>
            void act((b) => b.App.DeleteCrashReport(), 'The report is deleted.').then(
              (done) => done && onClose(),
            )
          }
        >
          Delete report
        </SmallButton>
        <SmallButton
          disabled={!report.data}
          onClick={() => void act(() => navigator.clipboard.writeText(report.data ?? ''), 'Copied.')}
        >
          Copy report
        </SmallButton>
      </div>
    </Modal>
  )
}
