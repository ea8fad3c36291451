import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAct } from '../../bridge/act'
import { useBridge } from '../../bridge/context'
import { remedyFor, toBridgeError } from '../../bridge/errors'
import { SmallButton } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import css from './report.module.css'

/** Looks once at a gateway and shows what was found, to be copied into a ticket. */
export function ReportDialog({ id, label, onClose }: { id: string; label: string; onClose: () => void }) {
  const bridge = useBridge()
  const look = useQuery({
    queryKey: ['report', id],
    queryFn: () => bridge.Gateways.Report(id),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const act = useAct()
  return (
    <Modal opened onClose={onClose} title={`Report on ${label}`} size="xl">
      <p className={css.about}>
        A look at this computer and at the gateway, from the name in its address to its lists. It holds no
        key, and asked nothing that does harm.
      </p>
      <div role="status" className={css.state}>
        {look.isFetching ? 'Looking… this takes some seconds.' : ''}
        {look.isError && !look.isFetching ? <Failure thrown={look.error} /> : null}
      </div>
      {look.data !== undefined && !look.isFetching ? (
        <section className={css.text} tabIndex={0} aria-label="Report">
          <pre {...shows('gateway.report', id)}>{look.data}</pre>
        </section>
      ) : null}
      <div className={css.buttons}>
        <SmallButton onClick={onClose}>Close</SmallButton>
        <SmallButton disabled={look.isFetching} onClick={() => void look.refetch()}>
          Look again
        </SmallButton>
        <SmallButton
          disabled={look.data === undefined || look.isFetching}
          onClick={() => void act(() => navigator.clipboard.writeText(look.data ?? ''), 'Copied.')}
        >
          Copy report
        </SmallButton>
      </div>
    </Modal>
  )
}

function Failure({ thrown }: { thrown: unknown }) {
  const error = toBridgeError(thrown)
  return (
    <>
      <strong>{error.message}</strong> {remedyFor(error.code)}
    </>
  )
}
