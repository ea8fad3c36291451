import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { parse } from 'smol-toml'
import { afterEach, expect, inject } from 'vitest'
import type { Live, RuleView } from '../src/bridge/types'
import { INHERITED } from '../src/features/connections/ownNetwork'
import { Clock } from './clock'
import { ask, Desk } from './desk'
import { liveOf, rulesOf, saveGateway } from './go'
import { aheadOfTime, frontAndBack, setAhead } from './inPage'
import type { Hand } from './operate'
import { ended, type Process, ran, started } from './processes'
import { Recorder } from './recorder'
import { WORLD } from './worlds'
import { zoneForProgram } from './zones'

/** The settings file, as far as tests read it. */
// biome-ignore lint/suspicious/noExplicitAny: a file of any form, that expect looks into
export type SettingsFile = Record<string, any>

export type Options = {
  /** The scenario that the gateway plays; null for no gateway. */
  world?: string | null
  /** Text of the settings file before the start. */
  settings?: string
  /** Files below the program's home before the start, by their path. */
  files?: Record<string, string>
  /** Watch the gateway from the start, with keys of the environment. */
  watched?: boolean
  tray?: boolean
  keychain?: boolean
  args?: string[]
  /** The time zone of the program and of the page. */
  zone?: string
  /** What comes from the environment; both unless said otherwise. A wrong key is any text. */
  virtualKey?: string | null
  masterKey?: string | null
  /** The beginning of paths of Admin that the program may not read, in small letters. */
  barred?: string
  /** How many of them pass first. */
  passes?: number
  /** More arguments of the demo gateway. */
  demo?: string[]
}

/** The time zone of the program and of its page, where a test names none: the day may be young. */
export const ZONE = process.env.WIRED_ZONE ?? 'UTC'

const work = process.env.WIRED_WORK ?? ''
const binary = process.env.WIRED_BINARY ?? ''

let browser: Promise<Browser> | null = null
const open: Program[] = []

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await Promise.all(open.map((program) => program.tell()))
  await Promise.all(open.splice(0).map((program) => program.end()))
})

/** Starts the program with a desktop and a gateway of its own; all of it ends with the test. */
export async function program(options: Options = {}): Promise<Program> {
  const made = new Program(options)
  open.push(made)
  await made.start()
  return made
}

/** A gateway beside the first. */
export type Other = { id: string; core: Recorder; admin: Recorder; books: string; master: string }

/** The whole program of one test, with the page in a browser, and everything around it. */
export class Program {
  readonly home = mkdtempSync(join(tmpdir(), 'wired-'))
  /** The folder into which the user saves. */
  readonly saves = mkdtempSync(join(tmpdir(), 'wired-saves-'))
  page!: Page
  core!: Recorder
  admin!: Recorder
  /** The secrets of the gateway's keys by name; "" is the first one's. */
  keys: Record<string, string> = {}
  master = ''
  private url = ''
  private desk!: Desk
  private readonly children: Process[] = []
  private gatewatch: Process | null = null
  private gateway: Process | null = null
  private played = () => ''
  /** Where the gateway's Admin API is without anybody between. */
  books = ''
  /** Other gateways beside the first. */
  readonly others: Other[] = []
  private clock: Clock | null = null
  private said = () => ''

  zone: string

  constructor(private readonly options: Options) {
    this.zone = options.zone ?? ZONE
  }

  /** What stands before all gateways. */
  get recorders(): Recorder[] {
    return [this, ...this.others].flatMap((one) => [one.core, one.admin]).filter((one) => one !== undefined)
  }

  /** What time it is for the program, its gateway and the page. */
  now(): number {
    return Date.now() + (this.clock?.ahead ?? 0)
  }

  /** Has time go on: asleep, when all but the wall clock stands still, or step by step as it always does. */
  async passes(seconds: number, asleep = false): Promise<void> {
    if (!this.clock)
      throw new Error('the clock of this build cannot be moved: scripts/wired.sh with GATEWATCH_LONG')
    const step = asleep ? seconds : 100 // more between two looks at the clock is taken for sleep
    for (let left = seconds; left > 0; left -= step) {
      this.clock.move(Math.min(step, left), asleep)
      await this.page.evaluate(setAhead, this.clock.ahead)
      await this.page.waitForTimeout(asleep ? 0 : 1100)
    }
    await this.page.context().addInitScript(setAhead, this.clock.ahead) // of the next load
  }

  /** Stops the program as it stands, as sleep does, and has it go on. */
  freeze(stopped: boolean): void {
    this.gatewatch?.kill(stopped ? 'SIGSTOP' : 'SIGCONT')
  }

  async start(): Promise<void> {
    if (process.env.WIRED_CLOCK) this.clock = new Clock(join(this.home, 'clock'))
    if (this.options.settings) writeFileSync(this.settingsPath, this.options.settings)
    for (const [path, text] of Object.entries(this.options.files ?? {})) {
      const file = join(dirname(this.settingsPath), path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
    await Promise.all([this.startDesk(), this.startGateway()])
    await this.startGatewatch()
    await this.openPage()
  }

  /** Opens a browser's window, in the time zone that it is now. */
  private async openPage(): Promise<void> {
    browser ??= chromium.connect(inject('browser'))
    const context = await (await browser).newContext({
      viewport: { width: 1280, height: 820 },
      permissions: ['clipboard-read', 'clipboard-write'],
      timezoneId: this.zone,
    })
    await context.addInitScript(frontAndBack)
    if (this.clock) {
      await context.addInitScript(aheadOfTime)
      await context.addInitScript(setAhead, this.clock.ahead)
    }
    this.page = await context.newPage()
    this.page.setDefaultTimeout(45_000)
    await this.load()
  }

  /** Starts the program again, that was stopped, in another time zone. */
  async startIn(zone: string): Promise<void> {
    this.zone = zone
    await this.page.context().close()
    await this.startGatewatch()
    await this.openPage()
  }

  /** Opens the page, as the window does when it is made. */
  async load(route = '/'): Promise<void> {
    await this.page.goto(`${this.url}#${route}`)
    await this.page.locator('main[aria-busy=false]').waitFor()
  }

  /** Brings the window in front, with the keyboard, or something else before it: at first it stands behind. */
  async front(inFront: boolean): Promise<void> {
    await this.page.evaluate((front) => {
      ;(window as unknown as { bringToFront(front: boolean): void }).bringToFront(front)
    }, inFront)
  }

  private get base(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.home,
      XDG_RUNTIME_DIR: this.home,
      XDG_DATA_HOME: join(this.home, 'share'),
      XDG_CONFIG_HOME: join(this.home, 'config'),
      LANG: 'C.UTF-8',
      TZ: zoneForProgram(this.zone, this.home),
      ...(this.clock ? { GATEWATCH_CLOCK: this.clock.path } : {}),
    }
  }

  private async startDesk(): Promise<void> {
    const { tray = true, keychain = true } = this.options
    this.desk = await Desk.start(this.base, { tray, keychain })
    this.children.push(this.desk.process)
  }

  private async startGateway(): Promise<void> {
    const { world = WORLD } = this.options
    if (world === null) return
    const { child, output, ...made } = await this.serve(world)
    Object.assign(this, made)
    this.admin.barred = this.options.barred ?? ''
    this.admin.passes = this.options.passes ?? 0
    this.gateway = child
    this.played = output
    for (const [, secret = '', name = ''] of output().matchAll(/also opens +(\S+) \(key \d+, (\S+)\)/g))
      this.keys[name] = secret
  }

  /** Starts a gateway that plays a world. */
  private async serve(world: string) {
    const script = join(this.home, `world${this.children.length}.txt`)
    writeFileSync(script, world)
    const { child, output } = await started(
      binary,
      ['demo-gateway', '--obey', '--script', script, ...(this.options.demo ?? [])],
      this.base,
      /playing/,
    )
    this.children.push(child)
    const value = (name: string) => new RegExp(`^${name} +(\\S+)`, 'm').exec(output())?.[1] ?? ''
    const books = value('admin URL')
    const [core, admin] = await Promise.all([Recorder.before(value('core URL')), Recorder.before(books)])
    return {
      child,
      output,
      core,
      admin,
      books,
      master: value('master key'),
      keys: { '': value('virtual key') } as Record<string, string>,
    }
  }

  /** Starts another gateway, and has the program watch it, too. */
  async another(world: string, label: string): Promise<Other> {
    const { core, admin, books, master, keys } = await this.serve(world)
    const other: Other = { id: '', core, admin, books, master }
    this.others.push(other)
    other.id = await this.add(label, { core, admin, key: keys[''] ?? '', master })
    return other
  }

  /** Starts the program; once more after stop, as on the next day. */
  async startGatewatch(args: string[] = this.options.args ?? []): Promise<void> {
    const env: Record<string, string> = {
      ...this.base,
      GATEWATCH_HOME: this.home,
      DBUS_SESSION_BUS_ADDRESS: this.desk.bus,
      GATEWATCH_SAVES: this.saves,
    }
    const target: string[] = []
    if (this.options.watched ?? this.options.world !== null) {
      const { virtualKey = this.keys[''], masterKey = this.master } = this.options
      if (virtualKey !== null) env.GATEWATCH_VIRTUAL_KEY = virtualKey ?? ''
      if (masterKey !== null) env.GATEWATCH_MASTER_KEY = masterKey
      target.push('--core', this.core.url, '--admin', this.admin.url)
    }
    const { child, match, output } = await started(binary, [...target, ...args], env, /^page (\S+)/m)
    this.gatewatch = child
    this.said = output
    this.url = match[1] ?? ''
  }

  /** Plays lines of scenario text at the gateway, now. */
  async play(...lines: string[]): Promise<void> {
    const answers = () => this.played().match(/^(played$|refused: .*)/gm) ?? []
    const before = answers().length
    this.gateway?.stdin.write(`${lines.join('\n')}\n`)
    await expect.poll(() => answers().length, { timeout: 30_000, interval: 20 }).toBe(before + lines.length)
    const refused = answers()
      .slice(before)
      .find((answer) => answer.startsWith('refused'))
    if (refused) throw new Error(refused)
  }

  /** Runs another command of the program beside it, and gives what it wrote. */
  run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
    return this.runFor(0, ...args)
  }

  /** The same for one that goes on until it is asked to end, after so many ms. */
  runFor(enough: number, ...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
    const env: Record<string, string> = {
      ...this.base,
      GATEWATCH_HOME: this.home,
      DBUS_SESSION_BUS_ADDRESS: this.desk.bus,
      GATEWATCH_VIRTUAL_KEY: this.keys[''] ?? '',
      GATEWATCH_MASTER_KEY: this.master,
    }
    return ran(binary, args, env, enough)
  }

  /** Says how things are, for a test that failed. */
  async tell(): Promise<void> {
    await this.page?.screenshot({ path: join(work, `failed-${Date.now()}.png`) }).catch(() => {})
    const log = join(this.home, 'logs')
    const lines = existsSync(log) ? readdirSync(log).map((name) => readFileSync(join(log, name), 'utf8')) : []
    console.error(this.page?.url(), this.said().slice(-2000), lines.join('').slice(-4000))
    console.error(await this.text().catch(() => 'there is no page'))
  }

  /** Ends the program as a logout does, and gives its exit status. */
  async stop(): Promise<number | null> {
    return this.gatewatch ? await ended(this.gatewatch) : null
  }

  /** Whether the program still runs. */
  get running(): boolean {
    return this.gatewatch?.exitCode === null && this.gatewatch.signalCode === null
  }

  async end(): Promise<void> {
    await this.page
      ?.context()
      .close()
      .catch(() => {})
    await this.stop()
    await Promise.all(this.children.map(ended))
    await Promise.all(this.recorders.map((one) => one.close()))
    for (const folder of [this.home, this.saves])
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }

  get settingsPath(): string {
    return join(this.home, 'settings.toml')
  }

  /** The settings file as it stands. */
  settings(): SettingsFile {
    try {
      return parse(readFileSync(this.settingsPath, 'utf8'))
    } catch {
      return {}
    }
  }

  /** Everything that the engine shows now. */
  async live(): Promise<Live> {
    return liveOf(this.page)
  }

  /** Goes to a page, as a link does. */
  async go(route: string): Promise<void> {
    await this.page.evaluate((to) => {
      location.hash = to
    }, route)
    await this.page.locator('main h1, main h2').first().waitFor()
  }

  /** Stores the gateway under a name and connects with its first keys, past the form. */
  async add(
    label = 'Prod',
    of = { core: this.core, admin: this.admin, key: this.keys[''] ?? '', master: this.master },
  ): Promise<string> {
    const input = {
      id: '',
      label,
      colour: 'blue',
      production: false,
      coreUrl: of.core.url,
      adminUrl: of.admin.url,
      enabled: true,
      demo: false,
      webhooks: [],
      network: INHERITED,
    }
    const id = await saveGateway(this.page, input, of.key, of.master)
    await this.page.reload()
    await this.page.locator('main[aria-busy=false]').waitFor()
    await this.connected(id)
    return id
  }

  /** Waits until the first gateway is in one of some states. */
  async becomes(...states: string[]): Promise<void> {
    await expect
      .poll(async () => Object.values((await this.live()).gateways)[0]?.overall, {
        timeout: 60_000,
        interval: 200,
      })
      .toMatch(new RegExp(`^(${states.join('|')})$`))
  }

  /** Waits until all halves of a gateway are up. */
  async connected(id: string): Promise<void> {
    await expect
      .poll(async () => (await this.live()).gateways[id]?.overall, { timeout: 60_000, interval: 200 })
      .toBe('connected')
  }

  /** Presses what ends the program, and waits for its end. */
  async quits(hand: Hand, button: Locator): Promise<void> {
    await hand.pressLast(button)
    await expect.poll(() => this.running, { timeout: 45_000 }).toBe(false)
    hand.done()
  }

  /** The alert rules with the numbers in force. */
  async rules(): Promise<RuleView[]> {
    return rulesOf(this.page)
  }

  notices = () => this.desk.notices()
  pressNotice = (number: number, key: string) => this.desk.pressNotice(number, key)
  tray = () => this.desk.tray()
  pressTray = (line: string) => this.desk.pressTray(line)
  secrets = () => this.desk.secrets()
  window = () => ask<{ shown: boolean; opened: string[] }>(`${this.url}window`)
  closeWindow = () => ask(`${this.url}window/close`, 'POST')

  /** What a reader sees. */
  text(): Promise<string> {
    return this.page.locator('body').ariaSnapshot()
  }
}
