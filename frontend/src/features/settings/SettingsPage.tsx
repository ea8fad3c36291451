import { Button, useMantineColorScheme } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { toBridgeError } from '../../bridge/errors'
import { queryKeys, useSaveSettings, useSettings } from '../../bridge/queries'
import { say } from '../../bridge/say'
import type { SettingsView } from '../../bridge/types'
import { plural } from '../../lib/format'
import { useFrozen } from '../../live/replay'
import { WriteArea } from '../../live/WriteArea'
import { Fact } from '../../ui/Fact'
import { PageFrame } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Skeleton } from '../../ui/Panel'
import { useFirstFault } from '../../ui/useFirstFault'
import { AboutPanel } from './AboutPanel'
import { AppearancePanel } from './AppearancePanel'
import { draftOf, dropDraft, keepDraft } from './draft'
import { ExchangePanel } from './ExchangePanel'
import {
  fromForm,
  mergeInput,
  refusedFields,
  refusedWords,
  type SettingsForm,
  toForm,
  validateForm,
} from './form'
import { HistoryPanel } from './HistoryPanel'
import { KeysPanel } from './KeysPanel'
import { NetworkPanel } from './NetworkPanel'
import { NotificationsPanel } from './NotificationsPanel'
import { QuietHoursPanel } from './QuietHoursPanel'
import { RulesPanel } from './RulesPanel'
import css from './settings.module.css'
import { ThresholdsPanel } from './ThresholdsPanel'
import { UpdatesPanel } from './UpdatesPanel'

/** When to tell, how to look, and what this is. */
export function SettingsPage({ open }: { open: string }) {
  const settings = useSettings()
  const loaded = settings.data !== undefined
  useEffect(() => {
    if (loaded && open) headingOf(open)?.scrollIntoView({ block: 'start' })
  }, [loaded, open])
  const frozen = useFrozen()
  return (
    <PageFrame scroll>
      <PageHeader title="Settings">
        {settings.data ? (
          <Fact name="settings.file">{`Kept in ${settings.data.file}`}</Fact>
        ) : (
          'When to tell you, and how to look.'
        )}
        {frozen
          ? ' These are the settings of now, whatever time is shown. They cannot be changed until you go back to live.'
          : null}
      </PageHeader>
      {settings.data ? (
        <WriteArea>
          <Loaded view={settings.data} />
        </WriteArea>
      ) : settings.error ? (
        <EmptyMessage title="The settings cannot be read.">{settings.error.message}</EmptyMessage>
      ) : (
        <Skeleton lines={8} />
      )}
    </PageFrame>
  )
}

/** The title of a part of the page. */
function headingOf(title: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>('main h2')].find((one) => one.textContent === title)
}

function Loaded({ view }: { view: SettingsView }) {
  const save = useSaveSettings()
  const client = useQueryClient()
  const { setColorScheme } = useMantineColorScheme()
  const base = useRef(draftOf(client)?.base ?? view)
  const form = useForm<SettingsForm>({
    initialValues: toForm(base.current),
    validate: validateForm,
    onValuesChange: (values) => keepDraft(client, base.current, values),
  })
  const { setInitialValues, reset, isDirty } = form
  const dirty = isDirty()
  // What was typed before another page was opened is there again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once
  useEffect(() => {
    const draft = draftOf(client)
    if (draft) form.setValues(draft.values)
  }, [])
  // Settings that changed elsewhere are taken over, but never over what is being typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another view is a reason
  useEffect(() => {
    if (dirty || draftOf(client)) return
    base.current = view
    setInitialValues(toForm(view))
    reset()
  }, [view])
  const wrong = useWrong(form.errors)
  const submit = form.onSubmit(async (values) => {
    try {
      await save.mutateAsync(
        mergeInput(fromForm(toForm(base.current)), fromForm(values), fromForm(toForm(view))),
      )
    } catch (thrown) {
      const error = toBridgeError(thrown)
      form.setErrors(refusedFields(error.fields))
      wrong.goTo()
      notifications.show({
        color: 'red',
        title: 'The settings were not saved.',
        message: refusedWords(error),
        autoClose: 8000,
      })
      return
    }
    // What is stored now is what the next change is made to: no render tells of it in time.
    const stored = client.getQueryState<SettingsView>(queryKeys.settings)
    const typedSince = JSON.stringify(form.getValues()) !== JSON.stringify(values)
    if (stored?.data && !stored.isInvalidated) {
      base.current = stored.data
      setInitialValues(toForm(stored.data))
      if (typedSince) form.resetDirty(toForm(stored.data))
      else reset()
    } else if (!typedSince) form.resetDirty()
    if (typedSince) keepDraft(client, base.current, form.getValues())
    else dropDraft(client)
    say('Saved.')
  }, wrong.goTo)
  const discard = () => {
    if (form.values.appearance.theme !== view.appearance.theme)
      setColorScheme(view.appearance.theme as 'auto' | 'light' | 'dark')
    base.current = view
    setInitialValues(toForm(view))
    reset()
  }
  return (
    <form ref={wrong.form} onSubmit={submit} noValidate className={css.form}>
      {view.problems.length > 0 ? (
        <div className={css.problems} role="status">
          <b>Parts of the settings file cannot be used as they are written. They stay in the file.</b>
          <ul>
            {view.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      ) : null}
      <div className={css.columns}>
        <div className={css.column}>
          <ThresholdsPanel form={form} />
          <NotificationsPanel form={form} />
          <QuietHoursPanel form={form} />
          <UpdatesPanel form={form} />
          <ExchangePanel />
        </div>
        <div className={css.column}>
          <AppearancePanel form={form} />
          <NetworkPanel form={form} />
          <HistoryPanel form={form} />
          <KeysPanel />
          <AboutPanel />
        </div>
      </div>
      <RulesPanel />
      {dirty ? (
        <div className={css.bar}>
          <span role="status" className={wrong.count > 0 ? css.wrong : undefined}>
            {wrong.count > 0
              ? `Not saved: ${plural(wrong.count, 'field')} cannot be as ${wrong.count > 1 ? 'they are' : 'it is'}.`
              : 'Changes are not saved yet.'}
          </span>
          <Button variant="default" onClick={discard}>
            Discard
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </div>
      ) : null}
    </form>
  )
}

/** How many fields are wrong, and the way to the first of them, which may be out of sight. */
function useWrong(errors: Record<string, unknown>) {
  return { ...useFirstFault(), count: Object.keys(errors).length }
}
