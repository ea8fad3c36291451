import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAct } from '../../bridge/act'
import { useBridge } from '../../bridge/context'
import { toBridgeError } from '../../bridge/errors'
import type { ServerCertificate } from '../../bridge/types'
import { fullTime } from '../../lib/format'
import { SmallButton } from '../../ui/controls'
import { EmptyMessage, Skeleton } from '../../ui/Panel'
import { DetailList } from '../../ui/SidePanel'
import css from './probe.module.css'

/** What each trouble means, and why only one of them can be mended here. */
const TROUBLES: Record<string, string> = {
  '': 'It is trusted.',
  authority: 'Everything about it is right, but nobody that this computer trusts has signed it.',
  host: 'It is for other names than the address. Trusting somebody does not mend that: use a name that it has, or have it made anew.',
  expired:
    'Its time is over or has not begun. Trusting somebody does not mend that: have it renewed, or look at this computer’s clock.',
  other: 'It cannot be used. Trusting somebody does not mend that.',
}

/** Shows whose certificate a gateway has, and trusts its authority for this gateway alone, if that is what is missing. */
export function CertificateDialog({
  id,
  label,
  onClose,
}: {
  id: string
  label: string
  onClose: () => void
}) {
  const bridge = useBridge()
  const shown = useQuery({
    queryKey: ['certificates', id],
    queryFn: () => bridge.Gateways.Certificates(id),
    gcTime: 0,
    retry: false,
  })
  return (
    <Modal opened onClose={onClose} title={`Certificate of ${label}`} size="lg">
      <div className={css.parts}>
        {shown.data ? (
          shown.data.length === 0 ? (
            <EmptyMessage title="None of its addresses begins with https." />
          ) : (
            shown.data.map((one) => <One key={one.address} id={id} of={one} onDone={onClose} />)
          )
        ) : shown.error ? (
          <EmptyMessage title="It could not be looked at.">{toBridgeError(shown.error).message}</EmptyMessage>
        ) : (
          <Skeleton />
        )}
        <div className={css.buttons}>
          <SmallButton onClick={onClose}>Close</SmallButton>
        </div>
      </div>
    </Modal>
  )
}

function One({ id, of, onDone }: { id: string; of: ServerCertificate; onDone: () => void }) {
  const act = useAct()
  const trust = async () => {
    const done = await act((b) => b.Gateways.TrustAuthority(id, of.fingerprint), 'Trusted. Connecting again.')
    if (done) onDone()
  }
  const row = (name: string, text: string) => (text ? ([name, <bdi key={name}>{text}</bdi>] as const) : null)
  return (
    <section aria-label={of.address}>
      <h3>
        <bdi>{of.address}</bdi>
      </h3>
      {of.trouble === 'unseen' ? (
        <p>
          It could not be looked at: <bdi>{of.text}</bdi>
        </p>
      ) : (
        <>
          <p>{TROUBLES[of.trouble] ?? TROUBLES.other}</p>
          <DetailList
            rows={[
              row('Of', of.subject),
              row('For', of.names.join(', ')),
              row('Issued by', of.issuer),
              row('Valid', `${fullTime(of.from)} to ${fullTime(of.to)}`),
              row('Authority', of.authority),
              row('Its SHA-256', of.fingerprint),
            ]}
          />
        </>
      )}
      {of.trouble === 'authority' && of.fingerprint ? (
        <>
          <p>
            Trust it only if you know it: compare the fingerprint with what its owner says. Who has its key
            can read everything between you and this gateway.
          </p>
          <div className={css.buttons}>
            <SmallButton danger onClick={() => void trust()}>
              Trust this authority for this gateway
            </SmallButton>
          </div>
        </>
      ) : null}
      {of.trouble === 'authority' && !of.fingerprint ? (
        <p>
          The gateway does not send its authority’s certificate, so it cannot be trusted here. Get it from its
          owner and name its file under Settings, Network.
        </p>
      ) : null}
    </section>
  )
}
