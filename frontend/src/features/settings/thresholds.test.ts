import { describe, expect, it } from 'vitest'
import type { SettingsView } from '../../bridge/types'
import { mergeInput } from './form'
import { thresholdsOf } from './useThresholds'

const view = {
  thresholds: { warning: 0.75, critical: 0.9, all: [] },
  own: [
    { gateway: 'prod', group: '', key: '', warning: 0.5, critical: 0 },
    { gateway: 'prod', group: '1', key: '', warning: 0, critical: 0.6 },
    { gateway: 'prod', group: '', key: '7', warning: 0.95, critical: 0 },
    { gateway: 'other', group: '1', key: '', warning: 0.1, critical: 0.2 },
  ],
} as unknown as SettingsView

describe('thresholds in force', () => {
  it('are each from the nearest level that has one', () => {
    expect(thresholdsOf(view, { gateway: 'else' })).toMatchObject({ warning: 0.75, critical: 0.9 })
    expect(thresholdsOf(view, { gateway: 'prod' })).toEqual({
      warning: 0.5,
      critical: 0.9,
      from: { warning: 'gateway', critical: 'general' },
    })
    expect(thresholdsOf(view, { gateway: 'prod', group: '1' })).toEqual({
      warning: 0.5,
      critical: 0.6,
      from: { warning: 'gateway', critical: 'group' },
    })
  })

  it('never warn after the critical one', () => {
    expect(thresholdsOf(view, { gateway: 'prod', group: '1', key: '7' })).toMatchObject({
      warning: 0.6,
      critical: 0.6,
      from: { warning: 'key', critical: 'group' },
    })
  })
})

describe('what is saved', () => {
  it('is what was changed here, and of the rest what is in force by now', () => {
    const of = (perHour: number, theme: string, waits: number[]) =>
      ({ notifications: { perHour }, appearance: { theme }, waits }) as unknown as Parameters<
        typeof mergeInput
      >[0]
    expect(mergeInput(of(1, 'auto', [1]), of(1, 'dark', [1]), of(2, 'light', [1, 2]))).toEqual(
      of(2, 'dark', [1, 2]),
    )
  })
})
