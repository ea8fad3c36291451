import type { Services } from './bridge'
import { fakeForecasts } from './fakeForecasts'
import { fakeIncidents } from './fakeIncidents'
import { HOUR, KEYS } from './fakeTables'
import type { Live, SpendQuery, SpendSeries } from './types'

/** A history of some thousand events, and of spend that rises and falls. */
export function fakeHistory(live: () => Live): Services['History'] {
  return {
    SetMark: async () => {},
    Events: async (query) => {
      const oldest = query.before > 0 ? query.before : 9341
      if (oldest < 8000) return { events: [], next: 0 }
      const events = Array.from({ length: Math.min(query.limit, 60) }, (_, i) => ({
        seq: oldest - 1 - i,
        gateway: 'prod',
        kind: i % 9 === 4 ? 'provider.health_changed' : 'spend.recorded',
        severity: i % 9 === 4 ? 'warning' : 'info',
        source: i % 9 === 4 ? 'hub:admin-notifications' : 'hub:spend',
        text:
          i % 9 === 4
            ? 'Provider Mistral is degraded: p95 above 2 s'
            : 'crawler spent $0.0103 on gpt-4o-mini',
        at: Date.now() - (9400 - oldest + i) * 9000 - 10 * 60_000,
      })).filter(
        (event) =>
          (query.severities.length === 0 || query.severities.includes(event.severity)) &&
          (query.kinds.length === 0 || query.kinds.includes(event.kind)) &&
          event.text.toLowerCase().includes(query.text.toLowerCase()),
      )
      return { events, next: oldest - 60 }
    },
    Spend: async (query) => fakeSpend(query),
    ...fakeForecasts(live),
    ...fakeIncidents(live),
    Decisions: async (id) => {
      const alert = live().alerts[id]
      if (!alert) return []
      return [
        {
          at: alert.since,
          status: 'pending',
          severity: alert.severity,
          reason: 'held: waiting for a second look',
          words: 'Held back: waiting for a second look',
          notified: false,
          text: 'The condition has to hold for 10 s first.',
        },
        {
          at: alert.since + 10_000,
          status: 'firing',
          severity: alert.severity,
          reason: alert.notifyReason,
          words: alert.notified ? 'You were told' : 'Held back',
          notified: alert.notified,
          text: '',
        },
        ...(alert.acked
          ? [
              {
                at: alert.since + 300_000,
                status: 'firing',
                severity: alert.severity,
                reason: 'held: acknowledged',
                words: 'Held back: acknowledged',
                notified: false,
                text: alert.ackNote,
              },
            ]
          : []),
      ]
    },
  }
}

/** Whether a time is one of the two hours of this day in which the made-up past was not watched. */
function unwatched(at: number): boolean {
  const ago = Date.now() - at
  return ago >= 15 * HOUR && ago < 17 * HOUR
}

function fakeSpend(query: SpendQuery): SpendSeries {
  const steps = Math.max(1, Math.min(200, Math.round((query.to - query.from) / query.stepMs)))
  const names =
    query.by === 'provider'
      ? ['OpenAI', 'Anthropic', 'Google Gemini', 'Groq']
      : query.by === 'model'
        ? ['gpt-4o', 'claude-sonnet-4-5', 'gemini-2.5-flash']
        : query.by === 'key'
          ? KEYS.map((_, i) => String(i + 1))
          : ['all']
  return {
    from: query.from,
    stepMs: query.stepMs,
    undated: [],
    series: names.map((name, n) => ({
      name,
      undated: 0,
      id: query.by === 'key' ? `prod/${name}` : '',
      values: Array.from({ length: steps }, (_, i) => {
        if (unwatched(query.from + i * query.stepMs)) return -1
        const at = query.from / query.stepMs + i
        const wave = 1 + 0.4 * Math.sin(at / 5 + n * 2) + 0.25 * Math.sin(at / 1.9 + n)
        return Math.round(Math.max(0.05, wave) * (0.11 / (n + 1)) * 1e9 * (query.stepMs / 60_000))
      }),
    })),
  }
}
