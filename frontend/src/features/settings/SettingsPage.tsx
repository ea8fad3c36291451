import { Button } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { toBridgeError } from '../../bridge/errors'
import { useSaveSettings, useSettings } from '../../bridge/queries'
import type { SettingsInput, SettingsView } from '../../bridge/types'
import { PageFrame } from '../../ui/PageFrame'
import { EmptyMessage, PageHeader, Skeleton } from '../../ui/Panel'
import { AboutPanel } from './AboutPanel'
import { AppearancePanel } from './AppearancePanel'
import { NotificationsPanel } from './NotificationsPanel'
import { QuietHoursPanel } from './QuietHoursPanel'
import { RulesPanel } from './RulesPanel'
import css from './settings.module.css'
import { ThresholdsPanel } from './ThresholdsPanel'

/** What the form holds: money in dollars, shares in per cent, spans in hours. */
export type SettingsForm = {
  warning: number
  critical: number
  more: string
  minBudget: number
  notifications: SettingsInput['notifications']
  quietHours: SettingsInput['quietHours']
  appearance: SettingsInput['appearance']
}
export type SettingsFormApi = UseFormReturnType<SettingsForm>

/** When to tell, how to look, and what this is. */
export function SettingsPage(_: { open: string }) {
  const settings = useSettings()
  return (
    <PageFrame scroll>
      <PageHeader title="Settings">
        {settings.data ? `Kept in ${settings.data.file}` : 'When to tell you, and how to look.'}
      </PageHeader>
      {settings.data ? (
        <Loaded view={settings.data} />
      ) : settings.error ? (
        <EmptyMessage title="The settings cannot be read.">{settings.error.message}</EmptyMessage>
      ) : (
        <Skeleton lines={8} />
      )}
    </PageFrame>
  )
}

function Loaded({ view }: { view: SettingsView }) {
  const save = useSaveSettings()
  const form = useForm<SettingsForm>({ initialValues: toForm(view), validate: validateForm })
  const { setInitialValues, reset, isDirty } = form
  const dirty = isDirty()
  // Settings that changed elsewhere are taken over, but never over what is being typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another view is a reason
  useEffect(() => {
    if (dirty) return
    setInitialValues(toForm(view))
    reset()
  }, [view])
  const submit = form.onSubmit(async (values) => {
    try {
      await save.mutateAsync(fromForm(values))
    } catch (thrown) {
      notifications.show({
        color: 'red',
        title: 'The settings were not saved.',
        message: toBridgeError(thrown).message,
      })
      return
    }
    form.resetDirty()
    notifications.show({ message: 'Saved.', autoClose: 2500 })
  })
  return (
    <form onSubmit={submit} noValidate className={css.form}>
      {view.problems.length > 0 ? (
        <p className={css.problems} role="status">
          <b>The settings file has parts that are not understood; they are kept as they are:</b>{' '}
          {view.problems.join('; ')}
        </p>
      ) : null}
      <div className={css.columns}>
        <div className={css.column}>
          <ThresholdsPanel form={form} />
          <NotificationsPanel form={form} />
          <QuietHoursPanel form={form} />
        </div>
        <div className={css.column}>
          <AppearancePanel form={form} />
          <RulesPanel />
          <AboutPanel />
        </div>
      </div>
      {dirty ? (
        <div className={css.bar}>
          <span>Changes are not saved yet.</span>
          <Button variant="default" onClick={() => form.reset()}>
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

const PER_USD = 1_000_000_000

/** The settings as the form shows them. */
export function toForm(view: SettingsView): SettingsForm {
  const { warning, critical, all } = view.thresholds
  return {
    warning: perCent(warning),
    critical: perCent(critical),
    more: all
      .filter((share) => share !== warning && share !== critical)
      .map((share) => String(perCent(share)))
      .join(', '),
    minBudget: view.minBudget / PER_USD,
    notifications: structuredClone(view.notifications),
    quietHours: structuredClone(view.quietHours),
    appearance: structuredClone(view.appearance),
  }
}

/** What the form shows as settings to save. */
export function fromForm(values: SettingsForm): SettingsInput {
  const warning = values.warning / 100
  const critical = values.critical / 100
  const all = [...new Set([warning, critical, ...numbersOf(values.more).map((n) => n / 100)])].sort(
    (a, b) => a - b,
  )
  return {
    thresholds: { warning, critical, all },
    minBudget: Math.round(values.minBudget * PER_USD),
    notifications: values.notifications,
    quietHours: values.quietHours,
    appearance: values.appearance,
  }
}

function validateForm(values: SettingsForm) {
  const errors: Record<string, string> = {}
  if (!within(values.warning)) errors.warning = 'Between 1 and 100 %.'
  if (!within(values.critical)) errors.critical = 'Between 1 and 100 %.'
  if (values.warning >= values.critical) errors.critical = 'Must be above the warning.'
  if (
    values.more.trim() !== '' &&
    (numbersOf(values.more).length === 0 || !numbersOf(values.more).every(within))
  )
    errors.more = 'Numbers between 1 and 100, with commas between them.'
  if (!(values.minBudget >= 0)) errors.minBudget = 'Not below 0.'
  return errors
}

function numbersOf(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number)
}

function within(n: number): boolean {
  return Number.isFinite(n) && n >= 1 && n <= 100
}

function perCent(share: number): number {
  return Math.round(share * 10_000) / 100
}
