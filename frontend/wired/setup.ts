import { mkdirSync, rmSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { NOT_YET_OPERATED } from './notYetOperated'
import { unoperated } from './register'

declare module 'vitest' {
  export interface ProvidedContext {
    browser: string
  }
}

/** Starts the one browser that all tests share, and holds the register of controls against what was seen. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = process.env.WIRED_WORK
  if (!folder) throw new Error('scripts/wired.sh runs these tests')
  // What failed is run again: what the other files operated still counts.
  if (!process.env.WIRED_AGAIN) rmSync(`${folder}/controls`, { recursive: true, force: true })
  mkdirSync(`${folder}/controls`, { recursive: true })
  const server = await chromium.launchServer({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-prefers-reduced-motion'],
  })
  project.provide('browser', server.wsEndpoint())
  return async () => {
    await server.close()
    if (process.env.WIRED_PARTIAL) return
    const { seen, operated, left, listedInVain } = unoperated(`${folder}/controls`, NOT_YET_OPERATED)
    console.log(
      `\n${seen} controls were seen, ${operated} operated, ${NOT_YET_OPERATED.size} are listed as not yet operated`,
    )
    for (const control of left) console.log(`  not operated by any test, and not listed: ${control}`)
    for (const control of listedInVain) console.log(`  operated, so take it off the list: ${control}`)
    if (left.length + listedInVain.length > 0) process.exitCode = 1
  }
}
