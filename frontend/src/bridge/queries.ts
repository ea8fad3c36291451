import {
  keepPreviousData,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useBridge } from './context'
import type { EventQuery, GatewayInput, RuleInput, SettingsInput, SpendQuery } from './types'

/** What is asked for and kept, by name; live/… invalidates it when frames say that it changed. */
export const queryKeys = {
  profiles: ['profiles'] as const,
  settings: ['settings'] as const,
  rules: ['rules'] as const,
  about: ['about'] as const,
  events: ['events'] as const,
  spend: ['spend'] as const,
  decisions: ['decisions'] as const,
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

/** Recorded events before a number, newest first, page by page. */
export function useEventPages(query: Omit<EventQuery, 'before' | 'limit'>, before: number) {
  const bridge = useBridge()
  return useInfiniteQuery({
    queryKey: [...queryKeys.events, query, before],
    queryFn: ({ pageParam }) => bridge.History.Events({ ...query, before: pageParam, limit: 200 }),
    initialPageParam: before,
    getNextPageParam: (last) => (last.next > 0 ? last.next : undefined),
  })
}

/** Spend over time. The query's times should be rounded to steps, or every render asks anew. */
export function useSpendSeries(query: SpendQuery) {
  const bridge = useBridge()
  return useQuery({
    queryKey: [...queryKeys.spend, query],
    queryFn: () => bridge.History.Spend(query),
    placeholderData: keepPreviousData,
    gcTime: 5 * 60_000,
  })
}

/** Saves a profile, and its keys where one was entered. */
export function useSaveGateway() {
  const bridge = useBridge()
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (of: { input: GatewayInput; virtualKey: string; masterKey: string }) => {
      const profile = await bridge.Gateways.Save(of.input)
      if (of.virtualKey || of.masterKey)
        await bridge.Gateways.SetKeys(profile.id, of.virtualKey, of.masterKey)
      return profile
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

/** Changes a rule. */
export function useSetRule() {
  const bridge = useBridge()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (rule: RuleInput) => bridge.Alerts.SetRule(rule),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.rules }),
  })
}
