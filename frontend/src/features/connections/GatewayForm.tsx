import { Button, Modal, PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useAct } from '../../bridge/act'
import { remedyFor, toBridgeError } from '../../bridge/errors'
import { useSaveGateway } from '../../bridge/queries'
import type { GatewayProfile } from '../../bridge/types'
import { COLOUR_NAMES } from '../../ui/colours'
import { useFirstFault } from '../../ui/useFirstFault'
import { checkAddress, checkName, completeAddress, keysOf, openHosts } from './address'
import css from './connections.module.css'
import { useFreshColour, useGatewayDraft, useNameOfOnlyKey } from './formState'
import { KeysInput } from './KeysInput'
import { masterKeyWord, virtualKeyWord } from './keyLabels'
import { checkKeys, withoutKey } from './missingKeys'
import { OwnNetworkFields } from './OwnNetworkFields'
import { CHECKS, fromForm, INHERITED, toForm } from './ownNetwork'
import { refusedFields, unplaced } from './refusedFields'
import { useAddresses } from './useAddresses'
import { checkWebhook, type Webhook, WebhooksField } from './WebhooksField'

type Addresses = { coreUrl: string; adminUrl: string }

/** The hosts that keys would reach unencrypted, but for those that are stored: they were said yes to. */
function newlyOpen(profile: Addresses | null, now: Addresses): string[] {
  const known = profile ? openHosts(profile.coreUrl, profile.adminUrl) : []
  return openHosts(now.coreUrl, now.adminUrl).filter((host) => !known.includes(host))
}

/** Adds a gateway, or changes one. Keys go to Go once and are never shown again. */
export function GatewayForm({
  profile,
  forKey = false,
  onClose,
}: {
  profile: GatewayProfile | null
  /** It was opened to give a key: the cursor is there. */
  forKey?: boolean
  onClose: () => void
}) {
  const save = useSaveGateway()
  const act = useAct()
  const stored = {
    virtual: profile?.hasVirtualKey === true || (profile?.environmentKeys ?? 0) > 0,
    master: profile?.hasMasterKey === true || (profile?.environmentKeys ?? 0) > 0,
  }
  const [draft, keepDraft] = useGatewayDraft()
  const fresh = useFreshColour()
  const form = useForm({
    // What was refused was said of other words.
    onValuesChange: () => save.reset(),
    initialValues: (profile === null ? draft : null) ?? {
      label: profile?.label ?? '',
      coreUrl: profile?.coreUrl ?? '',
      adminUrl: profile?.adminUrl ?? '',
      colour: profile?.colour || fresh,
      production: profile?.production ?? false,
      virtualKey: '',
      masterKey: '',
      inTheOpen: false,
      webhooks: (profile?.webhooks ?? []).map((url, id): Webhook => ({ id, url })),
      network: toForm(profile?.network ?? INHERITED),
    },
    validate: {
      label: checkName,
      coreUrl: (value, all) => checkAddress(value, all.adminUrl === ''),
      adminUrl: (value) => checkAddress(value, false),
      // One that is stored may be kept without keys: theirs are given on its card.
      virtualKey: (_, all) => (profile ? null : checkKeys(all, stored)),
      inTheOpen: (yes, all) =>
        yes || newlyOpen(profile, all).length === 0 ? null : 'Say yes to this, or use https://',
      webhooks: { url: checkWebhook },
      network: CHECKS,
    },
  })
  const { address, finished, finish } = useAddresses(
    form.values,
    (name) => form.getInputProps(name),
    (name, whole) => form.setFieldValue(name, whole),
  )
  const fault = useFirstFault()
  const refuse = () => {
    finish()
    fault.goTo()
  }
  const submit = form.onSubmit(async (values) => {
    const { virtualKey, masterKey, inTheOpen: _, ...rest } = values
    const input = {
      ...rest,
      label: rest.label.trim(),
      coreUrl: completeAddress(rest.coreUrl),
      adminUrl: completeAddress(rest.adminUrl),
      id: profile?.id ?? '',
      enabled: profile?.enabled ?? true,
      demo: profile?.demo ?? false,
      webhooks: rest.webhooks.map(({ url }) => url.trim()).filter((url) => url !== ''),
      network: fromForm(rest.network),
    }
    try {
      const saved = await save.mutateAsync({
        input,
        virtualKeys: keysOf(virtualKey),
        masterKey: masterKey.trim(),
      })
      if (!profile) keepDraft(null)
      onClose()
      if (saved.enabled) await act((b) => b.Gateways.Connect(saved.id))
    } catch (thrown) {
      form.setErrors(refusedFields(toBridgeError(thrown).fields)) // the rest is shown below
      fault.goTo()
    }
  }, refuse)
  // Closed by the way, a new one is as it was when it is opened again, but for its keys.
  const leave = () => {
    if (!profile) keepDraft({ ...form.values, virtualKey: '', masterKey: '' })
    onClose()
  }
  const cancel = () => {
    if (!profile) keepDraft(null)
    onClose()
  }
  // Which of several keys would be meant is not asked here; the only one is named.
  const several = (profile?.keys.length ?? 0) > 1
  const only = useNameOfOnlyKey(profile)
  const error = unplaced(save.error)
  const open = newlyOpen(profile, finished)
  const lacking = profile?.demo ? null : withoutKey(form.values, stored)
  return (
    <Modal
      opened
      onClose={leave}
      closeOnClickOutside={!form.isDirty()}
      title={profile ? `Edit ${profile.label}` : 'Connect a gateway'}
      size="lg"
    >
      <form ref={fault.form} className={css.form} onSubmit={submit} noValidate>
        <div className={css.formRow}>
          <TextInput
            label="Name"
            placeholder="prod"
            data-autofocus={!forKey || undefined}
            {...form.getInputProps('label')}
          />
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
          {...address('coreUrl')}
        />
        <TextInput
          label="Admin address"
          description="Where the administration API is; leave empty if you have no access"
          placeholder="https://admin.gateway.example.com"
          {...address('adminUrl')}
        />
        {open.length > 0 ? (
          <Switch
            label={`Send keys unencrypted to ${open.join(' and ')}: anybody on the way can read and use them`}
            {...form.getInputProps('inTheOpen', { type: 'checkbox' })}
          />
        ) : null}
        <div className={css.formRow}>
          {several ? null : (
            <KeysInput
              inputWrapperOrder={BELOW}
              description={
                only
                  ? `One given here takes the place of “${only}”; several can be pasted`
                  : 'For the Core hubs: spend and tasks; several can be pasted'
              }
              placeholder={profile ? keptHint(virtualKeyWord(profile)) : ''}
              data-autofocus={forKey || undefined}
              error={form.errors.virtualKey}
              value={form.values.virtualKey}
              onChange={(keys) => form.setFieldValue('virtualKey', keys)}
            />
          )}
          <PasswordInput
            label="Master key"
            inputWrapperOrder={BELOW}
            description="For the Admin hubs: providers and changes"
            placeholder={profile ? keptHint(masterKeyWord(profile)) : ''}
            autoComplete="off"
            {...form.getInputProps('masterKey')}
          />
        </div>
        {several ? (
          <p className="dim" role="note">
            Its {profile?.keys.length} virtual keys are added, replaced and removed one by one, on the page of
            connections.
          </p>
        ) : null}
        {lacking ? (
          <p className="dim" role="note">
            {lacking}
          </p>
        ) : null}
        <WebhooksField
          webhooks={form.values.webhooks}
          field={form.getInputProps}
          onAdd={(webhook) => form.insertListItem('webhooks', webhook)}
          onRemove={(index) => form.removeListItem('webhooks', index)}
        />
        <OwnNetworkFields
          own={form.values.network}
          field={form.getInputProps}
          onTransports={(transports) => form.setFieldValue('network.transports', transports)}
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
          <Button variant="default" onClick={cancel}>
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

/** What an empty field means for a key of which one knows this much: short, or it would be cut. */
function keptHint(word: string): string {
  if (word === 'missing' || word === 'from the environment') return ''
  return word === 'not found' ? 'Not found: enter it again' : 'Leave empty to keep it'
}

/** Words below the box: beside another one both boxes stand on one line, however many lines they take. */
const BELOW: InputWrapperOrder = ['label', 'input', 'description', 'error']
type InputWrapperOrder = ('label' | 'input' | 'description' | 'error')[]
