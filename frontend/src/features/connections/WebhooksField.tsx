import { TextInput, type TextInputProps } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { IconButton, SmallButton } from '../../ui/controls'
import { isHalfAddress } from './address'
import css from './connections.module.css'

/** An address in the form; id tells rows apart while they come and go. */
export type Webhook = { id: number; url: string }

/** The addresses whose deliveries are followed: one field each, added and removed by hand. */
export function WebhooksField({
  webhooks,
  field,
  onAdd,
  onRemove,
}: {
  webhooks: readonly Webhook[]
  /** What the form gives the field of a path. */
  field: (path: string) => TextInputProps
  onAdd: (webhook: Webhook) => void
  onRemove: (index: number) => void
}) {
  const fields = useRef<HTMLFieldSetElement>(null)
  const added = useRef(false)
  const last = webhooks.at(-1)?.id
  useEffect(() => {
    if (!added.current || last === undefined) return
    added.current = false
    const inputs = fields.current?.querySelectorAll('input') ?? []
    inputs[inputs.length - 1]?.focus()
  }, [last])
  const add = () => {
    added.current = true
    onAdd({ id: Math.max(0, ...webhooks.map((webhook) => webhook.id)) + 1, url: '' })
  }
  return (
    <fieldset ref={fields} className={css.webhooks}>
      <legend>Webhooks</legend>
      <p>
        Addresses whose deliveries are followed, by host and path. The gateway tells of no other deliveries.
      </p>
      {webhooks.map((webhook, i) => (
        <div key={webhook.id} className={css.webhook}>
          <TextInput
            aria-label={`Webhook ${i + 1}`}
            placeholder="https://hooks.example.com/spend"
            autoComplete="off"
            {...field(`webhooks.${i}.url`)}
          />
          <IconButton aria-label={`Remove webhook ${i + 1}`} onClick={() => onRemove(i)}>
            <IconX size={14} />
          </IconButton>
        </div>
      ))}
      <SmallButton onClick={add}>Add a webhook</SmallButton>
    </fieldset>
  )
}

/** Why text is not a webhook's address, or null, by the rules of the settings file; an empty one is left out. */
export function checkWebhook(text: string): string | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const url = /^https?:\/\/[^/?#]/i.test(trimmed) && trimmed.length <= 2000 ? parsed(trimmed) : null
  if (!url?.hostname || isHalfAddress(trimmed))
    return 'This must be an address such as https://hooks.example.com/spend'
  if (url.username || url.password || url.search || url.hash)
    return 'A webhook is known by its host and path: leave credentials and everything from “?” on out.'
  return null
}

function parsed(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}
