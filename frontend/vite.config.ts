import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { firstLoad, kitStyles } from './build-checks.ts'

/**
 * Empties the output directory, but leaves .gitkeep: Go embeds the directory,
 * so it has to exist in a fresh clone, before the first build.
 */
function emptyButKeep(): Plugin {
  return {
    name: 'empty-but-keep',
    apply: 'build',
    configResolved(config) {
      const dir = join(config.root, config.build.outDir)
      let names: string[] = []
      try {
        names = readdirSync(dir)
      } catch {
        return // the first build makes it
      }
      for (const name of names) {
        if (name !== '.gitkeep') rmSync(join(dir, name), { recursive: true })
      }
    },
  }
}

/**
 * What the built page may do: run its own files and nothing else. Styles are
 * the exception, because Mantine writes its variables into a style element.
 * The scheme is named beside 'self' because WebKit does not count a custom
 * scheme as an origin of its own.
 */
const POLICY = [
  "default-src 'self' wails:",
  "script-src 'self' wails:",
  "style-src 'self' wails: 'unsafe-inline'",
  "img-src 'self' wails: data:",
  "connect-src 'self' wails: ws://localhost:* ws://127.0.0.1:*",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Puts the policy into the built page only: the dev server needs inline scripts. */
function contentPolicy(): Plugin {
  return {
    name: 'content-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
        injectTo: 'head-prepend',
      },
    ],
  }
}

/** Bytes, gzipped: what the window opens on, and what each other page may add. */
const FIRST_LOAD = { first: 'NowPage', most: 200_000, adds: 50_000 }

/** The tests, and those of them that replace a module (vi.mock). */
const TESTS = 'src/**/*.test.{ts,tsx}'
const REPLACES = ['src/features/spend/rows.test.tsx']

export default defineConfig({
  plugins: [react(), emptyButKeep(), contentPolicy(), kitStyles('src/app/kit.css'), firstLoad(FIRST_LOAD)],
  base: './',
  build: {
    // WebKitGTK 2.50 and the WebKit of macOS 13 both read this.
    target: 'safari16',
    emptyOutDir: false,
    assetsInlineLimit: 0, // nothing as data: URLs, so that the policy stays strict
    chunkSizeWarningLimit: 900,
  },
  // Where `gatewatch` with its web bridge listens during development.
  server: {
    port: 5199,
    strictPort: true,
    proxy: {
      '/rpc': 'http://127.0.0.1:34117',
      '/events': { target: 'ws://127.0.0.1:34117', ws: true },
    },
  },
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
    testTimeout: 20_000,
    execArgv: ['--max-semi-space-size=64'],
    css: false,
    // Most files share what they import, which takes longer than the tests do; a
    // file that replaces a module has its own.
    projects: [
      { extends: true, test: { name: 'pages', include: [TESTS], exclude: REPLACES, isolate: false } },
      { extends: true, test: { name: 'replaced', include: REPLACES } },
    ],
  },
})
