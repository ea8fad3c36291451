import type { Page } from 'playwright-core'

/** An element that says which fact it shows, as a reader has it. */
export type Sample = {
  fact: string
  of: string
  state: string
  /** Its own text, without that of facts within it. */
  text: string
  /** The head of its row, where it is one of a list of details. */
  term: string
  /** Titles, labels and value texts of it and of what is in it. */
  spoken: string[]
  /** Of times: when, as the machine reads it. */
  at: number
  /** How many rows the table or list beside it has; -1 if there is none. */
  rows: number
  where: string
}

/** Text with a number or a claim that no fact covers. */
export type Loose = { text: string; where: string }

/** What was on the page, and when by its own clock: a slow machine reads it long after. */
export type Seen = { samples: Sample[]; loose: Loose[]; at: number }

/** Words that claim something, wherever they stand. */
const CLAIMS =
  'healthy|unhealthy|degraded|disconnected|reconnecting|not connected|not known|unknown|no limit|all quiet|nothing needs|nothing was spent|not current|used up|over budget|switched off|refused|stale'

/** Everything that can be read on the page now. */
export async function look(page: Page, where: string): Promise<Seen> {
  const seen = await page.evaluate(async (claims) => {
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))
    const at = Date.now()
    const claim = new RegExp(`\\d|\\b(${claims})\\b`, 'i')
    const shown = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
    const factOf = (node: Node): Element | null => {
      const element = node instanceof Element ? node : node.parentElement
      return element?.closest('[data-fact]') ?? null
    }
    const ATTRIBUTES = ['title', 'aria-label', 'aria-valuetext'] as const
    const texts = (root: Element): Text[] => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
      const all: Text[] = []
      while (walker.nextNode()) all.push(walker.currentNode as Text)
      return all
    }
    const clean = (text: string) => text.replace(/[\s\u00a0\u202f\u2068\u2069]+/g, ' ').trim()
    const samples = [...document.querySelectorAll('[data-fact]')].filter(shown).map((element) => {
      const own = texts(element).filter((node) => factOf(node) === element)
      const head = (node: Text) => node.parentElement?.closest('dt') !== null
      const within = [element, ...element.querySelectorAll('*')].filter((one) => factOf(one) === element)
      const panel = element.closest('section, aside, .mantine-Modal-content') ?? element.parentElement
      const table = panel?.querySelector('[role=table]')
      const list = panel?.querySelectorAll('li').length
      const dated =
        element.getAttribute('datetime') ?? element.querySelector('time')?.getAttribute('datetime')
      return {
        fact: element.getAttribute('data-fact') ?? '',
        of: element.getAttribute('data-of') ?? '',
        state: element.getAttribute('data-state') ?? 'known',
        text: clean(
          own
            .filter((node) => !head(node))
            .map((node) => node.data)
            .join(''),
        ),
        term: clean(
          own
            .filter(head)
            .map((node) => node.data)
            .join(''),
        ),
        spoken: within.flatMap((one) =>
          ATTRIBUTES.map((name) => clean(one.getAttribute(name) ?? '')).filter((text) => text !== ''),
        ),
        at: dated ? Date.parse(dated) : 0,
        rows: table ? Number(table.getAttribute('aria-rowcount')) - 1 : list || -1,
      }
    })
    const loose: string[] = []
    for (const node of texts(document.body)) {
      const text = clean(node.data)
      if (!claim.test(text) || factOf(node)) continue
      const element = node.parentElement
      if (!element || !shown(element) || element.closest('script, style, kbd, noscript')) continue
      if (!/\d/.test(text) && element.matches('[role="group"] > button[aria-pressed]')) continue // the name of a choice
      loose.push(text)
    }
    for (const name of ATTRIBUTES)
      for (const element of document.querySelectorAll(`[${name}]`)) {
        const text = clean(element.getAttribute(name) ?? '')
        if (claim.test(text) && !factOf(element) && shown(element)) loose.push(`[${name}] ${text}`)
      }
    return { samples, loose, at }
  }, CLAIMS)
  return {
    at: seen.at,
    samples: seen.samples.map((sample) => ({ ...sample, where })),
    loose: seen.loose.map((text) => ({ text, where })),
  }
}
