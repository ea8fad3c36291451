import { Button, Modal, PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useAct } from '../../bridge/act'
import { remedyFor, toBridgeError } from '../../bridge/errors'
import { useSaveGateway } from '../../bridge/queries'
import type { GatewayProfile } from '../../bridge/types'
import { COLOUR_NAMES } from '../../ui/colours'
import css from './connections.module.css'
import { checkWebhook, type Webhook, WebhooksField } from './WebhooksField'

/** Adds a gateway, or changes one. Keys go to Go once and are never shown again. */
export function GatewayForm({ profile, onClose }: { profile: GatewayProfile | null; onClose: () => void }) {
  const save = useSaveGateway()
  const act = useAct()
  const form = useForm({
    initialValues: {
      label: profile?.label ?? '',
      coreUrl: profile?.coreUrl ?? '',
      adminUrl: profile?.adminUrl ?? '',
      colour: profile?.colour || 'blue',
      production: profile?.production ?? false,
      virtualKey: '',
      masterKey: '',
      webhooks: (profile?.webhooks ?? []).map((url, id): Webhook => ({ id, url })),
    },
    validate: {
      label: (value) => (value.trim() ? null : 'Give it a name.'),
      coreUrl: (value, all) => checkUrl(value, all.adminUrl === ''),
      adminUrl: (value) => checkUrl(value, false),
      webhooks: { url: checkWebhook },
    },
  })
  const submit = form.onSubmit(async (values) => {
    const { virtualKey, masterKey, ...rest } = values
    const input = {
      ...rest,
      label: rest.label.trim(),
      coreUrl: rest.coreUrl.trim(),
      adminUrl: rest.adminUrl.trim(),
      id: profile?.id ?? '',
      enabled: profile?.enabled ?? true,
      demo: profile?.demo ?? false,
      webhooks: rest.webhooks.map(({ url }) => url.trim()).filter((url) => url !== ''),
    }
    try {
      const saved = await save.mutateAsync({
        input,
        virtualKey: virtualKey.trim(),
        masterKey: masterKey.trim(),
      })
      onClose()
      if (saved.enabled) await act((b) => b.Gateways.Connect(saved.id))
    } catch {
      // The form shows it; see error below.
    }
  })
  const error = save.error ? toBridgeError(save.error) : null
  const kept = 'Stored. Leave empty to keep it.'
  return (
    <Modal opened onClose={onClose} title={profile ? `Edit ${profile.label}` : 'Connect a gateway'} size="lg">
      <form className={css.form} onSubmit={submit} noValidate>
        <div className={css.formRow}>
          <TextInput label="Name" placeholder="prod" data-autofocus {...form.getInputProps('label')} />
          <Select
            label="Colour"
            data={COLOUR_NAMES}
            allowDeselect={false}
            {...form.getInputProps('colour')}
          />
        </div>
        <TextInput
          label="Core address"
          description="Where the LLM requests go"
          placeholder="https://gateway.example.com"
          {...form.getInputProps('coreUrl')}
        />
        <TextInput
          label="Admin address"
          description="Where the administration API is; leave empty if you have no access"
          placeholder="https://admin.gateway.example.com"
          {...form.getInputProps('adminUrl')}
        />
        <div className={css.formRow}>
          <PasswordInput
            label="Virtual key"
            description="For the Core hubs: spend and tasks"
            placeholder={profile?.hasVirtualKey ? kept : ''}
            autoComplete="off"
            {...form.getInputProps('virtualKey')}
          />
          <PasswordInput
            label="Master key"
            description="For the Admin hubs: providers and changes"
            placeholder={profile?.hasMasterKey ? kept : ''}
            autoComplete="off"
            {...form.getInputProps('masterKey')}
          />
        </div>
        <WebhooksField
          webhooks={form.values.webhooks}
          field={form.getInputProps}
          onAdd={(webhook) => form.insertListItem('webhooks', webhook)}
          onRemove={(index) => form.removeListItem('webhooks', index)}
        />
        <Switch
          label="This is a production gateway"
          {...form.getInputProps('production', { type: 'checkbox' })}
        />
        {error ? (
          <p className={css.formError} role="alert">
            {error.message} {remedyFor(error.code)}
          </p>
        ) : null}
        <div className={css.confirmButtons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {profile ? 'Save' : 'Connect'}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Why text is not an address to connect to, or null. */
export function checkUrl(text: string, required: boolean): string | null {
  const trimmed = text.trim()
  if (trimmed === '') return required ? 'Enter at least one address.' : null
  let url: URL
  try {
    url = new URL(trimmed)
  } catch {
    return 'Enter a whole address, such as https://gateway.example.com'
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return 'The address begins with https:// or http://'
  if (url.username || url.password) return 'Keys go into the fields below, not into the address.'
  return null
}
