/** Names and numbers of the gateway that only exists to look around. */

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

export const KEYS: readonly [
  name: string,
  total: number,
  limit: number,
  rate: number,
  trend: string,
  model: string,
][] = [
  ['team-billing', 411.83, 500, 1.12, 'up', 'gpt-4o'],
  ['agents-prod', 962.4, 1000, 3.86, 'up', 'claude-sonnet-4-5'],
  ['crawler', 187.2, 250, 0.41, 'stable', 'gpt-4o-mini'],
  ['support-bot', 121.07, 300, 0.22, 'down', 'claude-haiku-4-5'],
  ['search-rerank', 38.91, 150, 0.09, 'stable', 'rerank-v3.5'],
  ['studio', 642.5, 1500, 2.4, 'up', 'veo-3'],
  ['batch-nightly', 80.16, 200, 0, 'stable', 'gemini-2.5-flash'],
  ['internal-tools', 12.44, 100, 0.03, 'stable', 'mistral-large'],
  ['data-labelling', 204.8, 400, 0.66, 'up', 'gpt-4o-mini'],
  ['voice-desk', 55.02, 120, 0.31, 'down', 'eleven-turbo-v2'],
  ['docs-embedder', 4.18, 50, 0.004, 'stable', 'text-embedding-3-small'],
  ['qa-sandbox', 0.92, 0, 0.01, 'unknown', 'gpt-4o-mini'],
  ['partner-acme', 310.77, 900, 0.52, 'stable', 'claude-sonnet-4-5'],
  ['mobile-app', 266.3, 600, 0.74, 'down', 'gemini-2.5-flash'],
  ['research', 148.65, 0, 0.35, 'up', 'o4-mini'],
  ['translation', 71.39, 180, 0.12, 'stable', 'gemini-2.5-pro'],
]

export const PROVIDERS: readonly [
  name: string,
  health: string,
  latency: number,
  error: string,
  hour: string,
  models: number,
][] = [
  [
    'OpenAI',
    'unhealthy',
    8412,
    '503 from upstream: the server is overloaded',
    `${'h'.repeat(46)}ddduuduuuuuuuu`,
    41,
  ],
  ['Anthropic', 'healthy', 612, '', 'h'.repeat(60), 9],
  ['Google Gemini', 'healthy', 488, '', `${'h'.repeat(22)}dd${'h'.repeat(36)}`, 17],
  ['Mistral', 'degraded', 2310, 'p95 latency above 2 s for 6 min', `${'h'.repeat(53)}ddddddd`, 12],
  ['Groq', 'healthy', 142, '', 'h'.repeat(60), 14],
  ['Azure OpenAI', 'healthy', 731, '', `${'h'.repeat(60)}`, 23],
  ['Amazon Bedrock', 'healthy', 893, '', `${'h'.repeat(31)}d${'h'.repeat(28)}`, 38],
  ['MiniMax', 'healthy', 1480, '', `${'.'.repeat(18)}${'h'.repeat(42)}`, 6],
  ['ElevenLabs', 'disabled', -1, '', `${'h'.repeat(35)}${'x'.repeat(25)}`, 5],
]

/** The models that OpenAI is asked for, and whether another provider has them, too. */
export const OPENAI_MODELS: readonly [model: string, fallback: boolean][] = [
  ['gpt-4o', false],
  ['o4-mini', false],
  ['gpt-image-1', false],
  ['gpt-4o-mini', true],
  ['text-embedding-3-small', true],
  ['whisper-large', true],
]

export const HUBS: readonly [hub: string, plane: string][] = [
  ['spend', 'core'],
  ['tasks', 'core'],
  ['video-generation', 'core'],
  ['image-generation', 'core'],
  ['system-notifications', 'core'],
  ['navigation-state', 'admin'],
  ['admin-notifications', 'admin'],
]

export const MODELS = [
  'gpt-4o',
  'gpt-4o-mini',
  'claude-sonnet-4-5',
  'gemini-2.5-flash',
  'mistral-large',
  'llama-3.3-70b',
]
