/**
 * The names by which the pages know what comes from Go. The structs are
 * generated from Go's; this file only says what the generator cannot.
 *
 * Numbers: times are Unix milliseconds (0 means unknown), money is
 * nano-dollars, shares are 0–1, and a negative number means unknown where the
 * Go struct says so.
 */
import type { app, run, state } from '../../wailsjs/go/models'

export type Live = state.Live
export type Outlook = state.Outlook
export type Forecast = state.Forecast
export type Gateway = state.Gateway
export type Link = state.Link
export type KeySpend = state.KeySpend
export type Group = state.Group
export type Burn = state.Burn
export type Provider = state.Provider
export type Task = state.Task
export type Nav = state.Nav
export type Transaction = state.Transaction
export type Discovery = state.Discovery
export type Change = state.Change
export type Causes = run.Causes
export type Hit = run.Causes['hit']
export type EventLine = state.EventLine
export type AlertLine = state.AlertLine
export type AppCondition = state.AppCondition
export type ComponentHealth = state.ComponentHealth
export type TopicDelivery = state.TopicDelivery
export type PollTarget = state.PollTarget
export type MonitoredKey = state.MonitoredKey

export type ReplayMoment = app.ReplayMoment
export type Snapshot = app.Snapshot
export type GatewayProfile = app.GatewayProfile
export type GatewayKey = app.GatewayKey
export type KeyPlace = app.KeyPlace
export type UpdateAnswer = app.UpdateAnswer
export type GatewayInput = app.GatewayInput
export type RuleView = app.RuleView
export type RuleInput = app.RuleInput
export type EventQuery = app.EventQuery
export type EventPage = app.EventPage
export type IncidentQuery = app.IncidentQuery
export type IncidentLine = app.IncidentLine
export type IncidentView = app.IncidentView
export type IncidentAlert = app.IncidentAlert
export type IncidentStep = app.IncidentStep
export type SavedSearch = app.SavedSearch
export type ExportInput = app.ExportInput
export type Exported = app.Exported
export type ForecastView = app.ForecastView
export type ForecastPoint = app.ForecastPoint
export type CalendarItem = app.CalendarItem
export type SpendQuery = app.SpendQuery
export type SpendSeries = app.SpendSeries
export type Decision = app.Decision
export type SettingsView = app.SettingsView
export type SettingsInput = app.SettingsInput
export type Muted = app.Muted
export type Normal = app.Normal
export type RulePreview = app.RulePreview
export type PreviewOccasion = app.PreviewOccasion
export type MuteScope = app.MuteScope
export type MaintenanceWindow = app.MaintenanceWindow
export type ServerCertificate = app.ServerCertificate
export type ProbeCheck = app.ProbeCheck
export type ImportResult = app.ImportResult
export type TestResult = app.TestResult
export type About = app.About

export type Topic = keyof Live

/**
 * What changed, by topic and id. Go sends null for a thing that is gone,
 * which its generator does not say.
 */
export type Delta = { [T in Topic]?: Record<string, Live[T][string] | null> }

/** A numbered push. Numbers go up by one; a hole means that one was lost. */
export type Frame = {
  seq: number
  delta: Delta
  /** Since when (Unix ms) something of a topic waits to be told, where that is longer than a second. */
  behind?: { [T in Topic]?: number }
}

export type Severity = 'info' | 'warning' | 'critical'
export type LinkState = 'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'error'
export type OverallState = LinkState | 'partial'

/** A live state in which nothing is known. */
export function emptyLive(): Live {
  return {
    gateways: {},
    links: {},
    keys: {},
    groups: {},
    burn: {},
    providers: {},
    tasks: {},
    nav: {},
    transactions: {},
    discoveries: {},
    changes: {},
    events: {},
    alerts: {},
    app: {},
    components: {},
    deliveries: {},
    pollTargets: {},
    monitoredKeys: {},
    outlooks: {},
    forecasts: {},
  }
}
