import type { Locator } from 'playwright-core'
import { expect as look } from 'vitest'
import type { RuleView } from '../src/bridge/types'
import { callOf, controlsOn, type Names, namesOf } from './controls'
import type { Program } from './program'
import { note } from './register'

/** How long an effect may take. */
const PATIENCE = { timeout: 45_000, interval: 150 }

/** Waits until what is asked outside the page is as it should be. */
export const becomes = <T>(ask: () => T | Promise<T>) => look.poll(ask, PATIENCE)

/**
 * Operates controls, and counts them as operated once an effect was seen: for
 * what they do, outside the page; for what only changes the view, in it.
 */
export class Hand {
  private touched = new Set<string>()
  private names: Names = (text) => text
  /** Their titles stay as they are. */
  private rules: Promise<RuleView[]> | null = null

  constructor(private readonly program: Program) {}

  get page() {
    return this.program.page
  }

  private async learnNames(): Promise<void> {
    this.rules ??= this.program.rules()
    const [live, rules] = await Promise.all([this.program.live(), this.rules])
    this.names = namesOf(live, rules)
  }

  /** Writes down what can be operated now. */
  async see(): Promise<void> {
    await this.learnNames()
    note('seen', await controlsOn(this.page, this.names))
  }

  private async touch(locator: Locator, still = false): Promise<void> {
    if (!still) await this.learnNames()
    const { call, all } = await callOf(locator, this.names)
    note('seen', all)
    this.touched.add(call)
  }

  async press(locator: Locator): Promise<this> {
    await this.touch(locator)
    await locator.click()
    await this.see()
    return this
  }

  /** Presses while the program stands still, and could not say what there is. */
  async pressStill(locator: Locator): Promise<void> {
    await this.touch(locator, true)
    await locator.click()
  }

  /** Presses by the keyboard: for what lies under its own picture, such as a switch. */
  async toggle(locator: Locator): Promise<this> {
    await this.touch(locator)
    await locator.focus()
    await this.page.keyboard.press('Space')
    await this.see()
    return this
  }

  async fill(locator: Locator, text: string): Promise<this> {
    await this.touch(locator)
    await locator.fill(text)
    await locator.blur()
    return this
  }

  /** Chooses from a list that opens. */
  async choose(field: Locator, option: string): Promise<this> {
    await this.touch(field)
    if ((await field.evaluate((element) => element.tagName)) === 'SELECT') {
      await field.selectOption({ label: option })
      return this
    }
    await field.click()
    return this.press(this.page.getByRole('option', { name: option, exact: true }))
  }

  /** Opens a menu and presses a line of it. */
  async pick(button: Locator, item: string | RegExp): Promise<this> {
    await this.press(button)
    const name = typeof item === 'string' ? { name: item, exact: true } : { name: item }
    return this.press(this.page.getByRole('menuitem', name))
  }

  /** Presses what ends everything: nothing can be looked at afterwards. */
  async pressLast(locator: Locator): Promise<void> {
    await this.touch(locator)
    await locator.click()
  }

  /** What was operated had its effect. */
  done(): void {
    note('outside', this.touched)
    this.touched = new Set()
  }

  /** What was operated did something outside the page. */
  async outside(effect: () => Promise<void>): Promise<void> {
    await effect()
    this.done()
    if (this.program.running) await this.see()
  }

  /** What was operated only changes what is looked at. */
  async inView(effect: () => Promise<void>): Promise<void> {
    await effect()
    note('view', this.touched)
    this.touched = new Set()
    await this.see()
  }
}
