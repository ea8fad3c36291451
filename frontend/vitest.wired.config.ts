import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests that drive the whole program through its page in a browser; `scripts/wired.sh` builds what they need. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['wired/**/*.wired.ts'],
    globalSetup: ['wired/setup.ts'],
    pool: 'forks',
    maxWorkers: Number(process.env.WIRED_WORKERS) || availableParallelism() + 1, // each waits most of its time
    testTimeout: 240_000,
    hookTimeout: 60_000,
    retry: 1, // a browser, a bus and a keychain for each test, on shared processors; a retry is reported
  },
})
