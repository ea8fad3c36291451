import { Button, Modal, PasswordInput, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useEffect, useRef, useState } from 'react'
import { remedyFor, toBridgeError } from '../../bridge/errors'
import { useSaveGateway } from '../../bridge/queries'
import { useDraft } from '../../lib/drafts'
import { go } from '../../lib/route'
import { useFirstFault } from '../../ui/useFirstFault'
import { checkAddress, checkName, completeAddress, keysOf, openHosts, TEST } from './address'
import css from './connections.module.css'
import { KeysInput } from './KeysInput'
import { INHERITED } from './ownNetwork'
import { refusedFields, unplaced } from './refusedFields'
import stepsCss from './steps.module.css'
import { useAddresses } from './useAddresses'

const STEPS = ['Address', 'Keys', 'Test'] as const

const NOTHING = {
  label: '',
  coreUrl: '',
  adminUrl: '',
  inTheOpen: false,
  virtualKey: '',
  masterKey: '',
}

/** The way from nothing to a gateway that is seen to work: its address, its keys, and a test. */
export function FirstSteps({ onClose }: { onClose: () => void }) {
  const [step, setStep] = useState(0)
  const save = useSaveGateway()
  const keys = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (step === 1) keys.current?.focus()
  }, [step])
  const [draft, keepDraft] = useDraft<typeof NOTHING>('first-gateway')
  const form = useForm({
    // What was refused was said of other words.
    onValuesChange: () => save.reset(),
    initialValues: draft ?? NOTHING,
    validate: (values) =>
      step === 0
        ? {
            label: checkName(values.label),
            coreUrl: checkAddress(values.coreUrl, values.adminUrl === ''),
            adminUrl: checkAddress(values.adminUrl, false),
            inTheOpen:
              values.inTheOpen || openHosts(values.coreUrl, values.adminUrl).length === 0
                ? null
                : 'Say yes to this, or use https://',
          }
        : {
            virtualKey:
              keysOf(values.virtualKey).length > 0 || values.masterKey.trim() !== ''
                ? null
                : 'Give it one of the two at least.',
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
  const connect = async (values: typeof form.values) => {
    const input = {
      id: '',
      label: values.label.trim(),
      colour: 'blue',
      production: false,
      coreUrl: completeAddress(values.coreUrl),
      adminUrl: completeAddress(values.adminUrl),
      enabled: true,
      demo: false,
      webhooks: [],
      network: INHERITED,
    }
    try {
      const { id } = await save.mutateAsync({
        input,
        virtualKeys: keysOf(values.virtualKey),
        masterKey: values.masterKey.trim(),
      })
      keepDraft(null)
      // The page of connections shows the third step: this one is only there while nothing is.
      go('connections', `${TEST}${id}`)
    } catch (thrown) {
      const refused = refusedFields(toBridgeError(thrown).fields)
      if (Object.keys(refused).length === 0) return // it is shown below
      form.setErrors(refused)
      setStep(0)
      fault.goTo()
    }
  }
  // Closed by the way, it is as it was when it is opened again, but for the keys.
  const leave = () => {
    keepDraft({ ...form.values, virtualKey: '', masterKey: '' })
    onClose()
  }
  const cancel = () => {
    keepDraft(null)
    onClose()
  }
  const error = unplaced(save.error)
  const open = openHosts(finished.coreUrl, finished.adminUrl)
  return (
    <Modal
      opened
      onClose={leave}
      closeOnClickOutside={!form.isDirty()}
      title="Connect your first gateway"
      size="lg"
    >
      <form
        className={css.form}
        noValidate
        ref={fault.form}
        onSubmit={form.onSubmit((values) => (step === 0 ? setStep(1) : void connect(values)), refuse)}
      >
        <ol className={stepsCss.steps}>
          {STEPS.map((name, i) => (
            <li key={name} aria-current={i === step ? 'step' : undefined}>
              {i + 1}. {name}
            </li>
          ))}
        </ol>
        {step === 0 ? (
          <>
            <TextInput label="Name" placeholder="prod" data-autofocus {...form.getInputProps('label')} />
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
          </>
        ) : (
          <>
            <KeysInput
              description="For the Core hubs: spend and tasks; several can be pasted"
              error={form.errors.virtualKey}
              ref={keys}
              value={form.values.virtualKey}
              onChange={(keys) => form.setFieldValue('virtualKey', keys)}
            />
            <PasswordInput
              label="Master key"
              description="For the Admin hubs: providers and changes"
              autoComplete="off"
              {...form.getInputProps('masterKey')}
            />
          </>
        )}
        {error ? (
          <p className={css.formError} role="alert">
            {error.message} {remedyFor(error.code)}
          </p>
        ) : null}
        <div className={css.confirmButtons}>
          {step === 0 ? (
            <Button variant="default" onClick={cancel}>
              Cancel
            </Button>
          ) : (
            <Button variant="default" onClick={() => setStep(0)}>
              Back
            </Button>
          )}
          <Button type="submit" loading={save.isPending}>
            {step === 0 ? 'Next' : 'Connect and test'}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
