import { Modal } from '@mantine/core'
import css from './KeysDialog.module.css'
import { ITEMS } from './navigation'

const KEYS: readonly [keys: string, what: string][] = [
  ['Ctrl K', 'Search or do anything'],
  ['/', 'Search in this page'],
  ['J K', 'Next and previous row'],
  ['Enter', 'Open the row'],
  ['Esc', 'Close the details'],
  ['Alt ←', 'Back to where the window was'],
  ['Alt →', 'Forward again'],
  ['X', 'Close the notices'],
  ['A', 'Acknowledge the alert'],
  ['S', 'Snooze the alert for an hour'],
  ...ITEMS.map((item): [string, string] => [`G ${item.key.toUpperCase()}`, `Go to ${item.name}`]),
  ['Ctrl +', 'Larger'],
  ['Ctrl −', 'Smaller'],
  ['Ctrl 0', 'As large as usual'],
  ['?', 'These keys'],
]

/** The list of the keys. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keys" size="sm">
      <dl className={css.keys}>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
