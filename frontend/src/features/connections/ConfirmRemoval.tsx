import { Modal } from '@mantine/core'
import { SmallButton } from '../../ui/controls'
import css from './connections.module.css'

/** Asks before keys are forgotten, or a gateway is removed. */
export function Confirm({
  asking,
  label,
  onClose,
  onYes,
}: {
  asking: 'forget' | 'delete' | null
  label: string
  onClose: () => void
  onYes: () => void
}) {
  const forget = asking === 'forget'
  return (
    <Modal
      opened={asking !== null}
      onClose={onClose}
      title={forget ? `Forget the keys of ${label}?` : `Remove ${label}?`}
      size="sm"
    >
      <p className={css.confirm}>
        {forget
          ? 'All its keys are deleted, its connections are closed, and what was read with them is cleared. Its address stays.'
          : 'Its address and keys are deleted, and it is no longer watched. What was recorded stays.'}
      </p>
      <div className={css.confirmButtons}>
        <SmallButton onClick={onClose}>Cancel</SmallButton>
        <SmallButton danger onClick={onYes}>
          {forget ? 'Forget keys' : 'Remove'}
        </SmallButton>
      </div>
    </Modal>
  )
}
