import { useState } from 'react'
import { useKeyPlace } from '../../bridge/queries'
import type { KeyPlace } from '../../bridge/types'
import { SmallButton } from '../../ui/controls'
import { shows } from '../../ui/Fact'
import { EmptyMessage, Panel, Skeleton } from '../../ui/Panel'
import { useLoaded } from '../../ui/useLoaded'
import { loadKeyDialogs } from '../keys'
import css from './settings.module.css'

type Asking = 'unlock' | 'place' | 'again' | 'leave'

/** Where the keys of gateways are, and what can be chosen about that. */
export function KeysPanel() {
  const place = useKeyPlace()
  const [asking, setAsking] = useState<Asking | null>(null)
  const dialogs = useLoaded(loadKeyDialogs, asking !== null)
  const close = () => setAsking(null)
  return (
    <Panel title="Keys">
      <div className={css.fields}>
        {place.data ? (
          <>
            <p {...shows('keys.place')}>{wordsOf(place.data)}</p>
            {place.data.at === 'file' ? (
              <bdi className="mono" {...shows('keys.file')}>
                {place.data.file}
              </bdi>
            ) : null}
            <Buttons place={place.data} onAsk={setAsking} />
          </>
        ) : place.error ? (
          <EmptyMessage title="That cannot be read.">{place.error.message}</EmptyMessage>
        ) : (
          <Skeleton />
        )}
        {dialogs && asking === 'unlock' ? <dialogs.UnlockDialog onClose={close} /> : null}
        {dialogs && asking === 'place' ? <dialogs.PlaceDialog onClose={close} /> : null}
        {dialogs && asking === 'again' ? <dialogs.PlaceDialog again onClose={close} /> : null}
        {dialogs && asking === 'leave' ? <dialogs.LeaveDialog onClose={close} /> : null}
      </div>
    </Panel>
  )
}

function Buttons({ place, onAsk }: { place: KeyPlace; onAsk: (what: Asking) => void }) {
  if (place.at === 'keychain') return null
  return (
    <div className={css.testButtons}>
      {place.at === 'memory' ? (
        <SmallButton onClick={() => onAsk('place')}>Keep keys in a file…</SmallButton>
      ) : place.locked ? (
        <SmallButton onClick={() => onAsk('unlock')}>Unlock the file…</SmallButton>
      ) : (
        <>
          <SmallButton onClick={() => onAsk('again')}>Change the passphrase…</SmallButton>
          <SmallButton danger onClick={() => onAsk('leave')}>
            Delete the file…
          </SmallButton>
        </>
      )}
    </div>
  )
}

function wordsOf(place: KeyPlace): string {
  switch (place.at) {
    case 'file':
      return place.locked
        ? 'Keys are kept in a file that your passphrase encrypts. It is locked.'
        : 'Keys are kept in a file that your passphrase encrypts. It is open until Gatewatch ends.'
    case 'memory':
      return `There is no keychain (${place.why}): keys that you enter are gone when Gatewatch ends.`
    default:
      return place.locked
        ? "Keys are kept in the system's keychain. It is locked."
        : "Keys are kept in the system's keychain."
  }
}
