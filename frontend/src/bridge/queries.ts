import {
  keepPreviousData,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useBridge } from './context'
import { showError } from './showError'
import type {
  EventQuery,
  GatewayInput,
  IncidentQuery,
  RuleInput,
  SavedSearch,
  SettingsInput,
  SpendQuery,
} from './types'

/** What is asked for and kept, by name; live/… invalidates it when frames say that it changed. */
export const queryKeys = {
  profiles: ['profiles'] as const,
  settings: ['settings'] as const,
  asksAboutLogin: ['settings', 'login'] as const,
  rules: ['rules'] as const,
  about: ['about'] as const,
  keyPlace: ['keyPlace'] as const,
  mutes: ['mutes'] as const,
  normals: ['normals'] as const,
  maintenance: ['maintenance'] as const,
  events: ['events'] as const,
  spend: ['spend'] as const,
  decisions: ['decisions'] as const,
  causes: ['causes'] as const,
  forecast: ['forecast'] as const,
  calendar: ['calendar'] as const,
  incidents: ['incidents'] as const,
  savedSearches: ['savedSearches'] as const,
}

/** Answers stay true until something says otherwise; the door is local, so one retry will do. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        retry: 1,
        retryDelay: 500,
        refetchOnWindowFocus: false,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

/** The gateway profiles, as saved. */
export function useProfiles() {
  const bridge = useBridge()
  return useQuery({ queryKey: queryKeys.profiles, queryFn: () => bridge.Gateways.List() })
}

/** The settings in force. */
export function useSettings() {
  const bridge = useBridge()
  return useQuery({ queryKey: queryKeys.settings, queryFn: () => bridge.Settings.Get() })
}

/** Whether the user is to be asked about starting at login; not asked itself before a gateway is connected. */
export function useAsksAboutLogin(connected: boolean) {
  const bridge = useBridge()
  return useQuery({
    queryKey: queryKeys.asksAboutLogin,
    queryFn: () => bridge.Settings.AsksAboutLogin(),
    enabled: connected,
  })
}

/** Where keys are kept that are given now; asked at each look, as a keychain comes and goes. */
export function useKeyPlace() {
  const bridge = useBridge()
  return useQuery({ queryKey: queryKeys.keyPlace, queryFn: () => bridge.Settings.KeyPlace(), staleTime: 0 })
}

/** The alert rules with the numbers in force. */
export function useRules() {
  const bridge = useBridge()
  return useQuery({ queryKey: queryKeys.rules, queryFn: () => bridge.Alerts.Rules() })
}

/** What this program is and where it keeps things. */
export function useAbout() {
  const bridge = useBridge()
  return useQuery({ queryKey: queryKeys.about, queryFn: () => bridge.Settings.About() })
}

/** Why an alert was told or not, oldest first. */
export function useDecisions(alertId: string, stamp: number) {
  const bridge = useBridge()
  return useQuery({
    queryKey: [...queryKeys.decisions, alertId, stamp],
    queryFn: () => bridge.History.Decisions(alertId),
    placeholderData: keepPreviousData,
  })
}

/** What happened before an alert, and who is hit; asked anew now and then, as more is read. */
export function useCauses(alertId: string) {
  const bridge = useBridge()
  return useQuery({
    queryKey: [...queryKeys.causes, alertId],
    queryFn: () => bridge.Alerts.Causes(alertId),
    placeholderData: keepPreviousData,
    refetchInterval: ASKED_AGAIN_MS,
  })
}

/** How often a question that only the history answers is asked again, ms. */
const ASKED_AGAIN_MS = 5000

/** Recorded events before a number (0: the newest), newest first, page by page; with again, asked anew now and then. */
export function useEventPages(query: Omit<EventQuery, 'before' | 'limit'>, before: number, again = false) {
  const bridge = useBridge()
  return useInfiniteQuery({
    queryKey: [...queryKeys.events, query, before],
    queryFn: ({ pageParam }) => bridge.History.Events({ ...query, before: pageParam, limit: 200 }),
    initialPageParam: before,
    getNextPageParam: (last) => (last.next > 0 ? last.next : undefined),
    refetchInterval: again ? ASKED_AGAIN_MS : false,
    placeholderData: keepPreviousData,
  })
}

/** The searches of events that the user named. */
export function useSavedSearches() {
  const bridge = useBridge()
  return useQuery({ queryKey: queryKeys.savedSearches, queryFn: () => bridge.History.SavedSearches() })
}

/** Keeps these searches and no others. */
export function useSaveSearches() {
  const bridge = useBridge()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (all: SavedSearch[]) => bridge.History.SaveSearches(all),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.savedSearches }),
  })
}

/** A question of events that narrows nothing: all of them fit. */
export const ALL_EVENTS: Pick<EventQuery, 'kinds' | 'severities' | 'text' | 'keys' | 'providers' | 'task'> = {
  kinds: [],
  severities: [],
  text: '',
  keys: [],
  providers: [],
  task: '',
}

/** The first events of a question, newest first. */
export function useEventsBetween(query: Omit<EventQuery, 'before' | 'limit'>) {
  const bridge = useBridge()
  return useQuery({
    queryKey: [...queryKeys.events, 'between', query],
    queryFn: () => bridge.History.Events({ ...query, before: 0, limit: 100 }),
    placeholderData: keepPreviousData,
  })
}

/** Incidents of the history, newest first. The query's times should be rounded, or every render asks anew. */
export function useIncidents(query: IncidentQuery) {
  const bridge = useBridge()
  return useQuery({
    queryKey: [...queryKeys.incidents, query],
    queryFn: () => bridge.History.Incidents(query),
    placeholderData: keepPreviousData,
    gcTime: 5 * 60_000,
  })
}

/** Everything that is kept of one incident; in the past, only what was known then. */
export function useIncident(id: string, past: boolean) {
  const bridge = useBridge()
  return useQuery({
    queryKey: [...queryKeys.incidents, id, past],
    queryFn: () => bridge.History.Incident(id),
    gcTime: 5 * 60_000,
  })
}

/** Spend over time. The query's times should be rounded to steps, or every render asks anew. */
export function useSpendSeries(query: SpendQuery) {
  const bridge = useBridge()
  return useQuery({
    queryKey: [...queryKeys.spend, query],
    queryFn: () => bridge.History.Spend(query),
    placeholderData: keepPreviousData,
    // What was empty is asked again soon: bookings reach the history some seconds later.
    refetchInterval: ({ state }) => (state.data && state.data.series.length === 0 ? 10_000 : false),
    gcTime: 5 * 60_000,
  })
}

/** What was foreseen of a budget at a time, for a chart. */
export function useForecast(id: string, at: number) {
  const bridge = useBridge()
  return useQuery({
    queryKey: [...queryKeys.forecast, id, at],
    queryFn: () => bridge.History.Forecast(id),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  })
}

/** What about budgets and keys has a time, as of when they were foreseen last. */
export function useCalendar(at: number) {
  const bridge = useBridge()
  return useQuery({
    queryKey: [...queryKeys.calendar, at],
    queryFn: () => bridge.History.Calendar(),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    staleTime: 5 * 60_000,
  })
}

/**
 * Saves a profile, and its keys where some were entered: the keys are stored
 * before anything connects. The first virtual key is the profile's first; any
 * others are added to it; one of them that cannot be is told, and the gateway
 * is saved all the same: to save it again would make a second one.
 */
export function useSaveGateway() {
  const bridge = useBridge()
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (of: { input: GatewayInput; virtualKeys: string[]; masterKey: string }) => {
      const [first = '', ...more] = of.virtualKeys
      const saved = await bridge.Gateways.Save(of.input, first, of.masterKey)
      for (const key of more) await bridge.Gateways.AddKey(saved.id, '', key).catch(showError)
      return saved
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.profiles }),
  })
}

/** Saves the settings. */
export function useSaveSettings() {
  const bridge = useBridge()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: SettingsInput) => bridge.Settings.Save(input),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.settings }),
  })
}

/** Keeps how large everything is drawn, in per cent. */
export function useTextSize() {
  const bridge = useBridge()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (percent: number) => bridge.Settings.SetTextSize(percent),
    onError: showError,
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.settings }),
  })
}

/** Keeps how the window looks, and nothing else of the settings that are in force. */
export function useKeepTheme() {
  const bridge = useBridge()
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (theme: string) => {
      const {
        file: _,
        problems: __,
        own: ___,
        loginAsked: ____,
        textSize: _____,
        ...input
      } = await bridge.Settings.Get()
      await bridge.Settings.Save({ ...input, appearance: { ...input.appearance, theme } })
    },
    onError: showError,
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.settings }),
  })
}

/** Changes a rule. */
export function useSetRule() {
  const bridge = useBridge()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (rule: RuleInput) => bridge.Alerts.SetRule(rule),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.rules }),
  })
}
