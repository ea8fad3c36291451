import type { Locator, Page } from 'playwright-core'
import type { Live } from '../src/bridge/types'

/** One node of the accessibility tree. */
type Node = {
  role: string
  name: string
  text: string
  marks: string
  ref: string
  depth: number
  parent: Node | null
}

/** What a person operates. Rows of tables count where a click does something. */
const CONTROLS = new Set([
  'button',
  'link',
  'switch',
  'checkbox',
  'radio',
  'textbox',
  'searchbox',
  'spinbutton',
  'combobox',
  'slider',
  'tab',
  'menuitem',
  'menuitemcheckbox',
  'option',
])

/** What tells controls of one name apart. */
const PLACES = new Set(['dialog', 'menu', 'listbox', 'region', 'group', 'complementary', 'table', 'list'])

/** Reads a snapshot of the accessibility tree, as playwright writes it. */
export function read(snapshot: string): Node[] {
  const nodes: Node[] = []
  const above: Node[] = []
  for (const line of snapshot.split('\n')) {
    const found = /^( *)- '?([a-z]+)(?: "((?:[^"\\]|\\.)*)")?((?: \[[^\]]*\])*)'?(?:: (.*))?/.exec(line)
    if (!found) continue
    const [, indent = '', role = '', quoted = '', marks = '', text = ''] = found
    const depth = indent.length / 2
    while (above.length > 0 && (above.at(-1)?.depth ?? 0) >= depth) above.pop()
    const name = quoted.replace(/\\(.)/g, '$1')
    const node: Node = {
      role,
      name,
      text,
      marks,
      depth,
      ref: /\[ref=(\w+)\]/.exec(marks)?.[1] ?? '',
      parent: above.at(-1) ?? null,
    }
    nodes.push(node)
    // A name that the tree gives in parts, such as one with a highlighted word.
    const button = above.find((one) => one.role === 'button' && one.name === '')
    if (button) button.text = `${button.text} ${name || text}`.trim()
    above.push(node)
  }
  return nodes
}

function isControl(node: Node): boolean {
  if (node.role === 'option' && node.parent?.role === 'combobox') return false // it is chosen by its field
  if (node.marks.includes('[disabled]')) return false
  // What has no name stands beside a field that has one, and is not read out.
  if (node.role === 'button' && node.name === '' && node.text === '') return false
  return CONTROLS.has(node.role) || (node.role === 'row' && node.marks.includes('[cursor=pointer]'))
}

/** Names without what a gateway or the time put into them: two keys' rows are one control. */
export type Names = (text: string) => string

export function namesOf(live: Live, rules: readonly { title: string }[]): Names {
  const words = new Map<string, string>()
  const add = (kind: string, ...texts: string[]) => {
    for (const text of texts) if (text.length > 1 && !words.has(text)) words.set(text, `‹${kind}›`)
  }
  for (const alert of Object.values(live.alerts)) add('alert', alert.title)
  for (const key of Object.values(live.keys)) add('key', key.name)
  for (const watch of Object.values(live.monitoredKeys)) add('key', watch.name, watch.label)
  for (const group of Object.values(live.groups)) add('group', group.name)
  for (const provider of Object.values(live.providers)) add('provider', provider.name, ...provider.models)
  for (const task of Object.values(live.tasks)) add('task', task.task)
  for (const gateway of Object.values(live.gateways)) add('gateway', gateway.label)
  for (const change of Object.values(live.changes)) add('change', change.name, change.subject)
  for (const link of Object.values(live.links)) add('hub', `${link.hub} core`, `${link.hub} admin`)
  for (const rule of rules) add('rule', rule.title)
  add('gateway', 'Prod', 'Other', 'Far')
  const known = [...words].sort(([a], [b]) => b.length - a.length)
  return (text) => {
    let plain = text
    for (const [word, instead] of known) plain = plain.split(word).join(instead)
    return plain
      .replace(/[\d.,:%$]*\d[\d.,:%$]*/g, '#')
      .replace(/\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?= #)/g, '‹month›')
      .replace(/(?<=\S)(?: ?#)+$/, '') // how many there are, beside the name or right behind it
      .replace(/\s+/g, ' ')
      .trim()
  }
}

/** A line about a thing is one control, whatever it says of the thing. */
function shortened(name: string): string {
  return name
    .replace(/^(Critical|Warning|Information|Healthy|Unhealthy|Degraded|Unknown|Switched off) (?=‹)/, '')
    .replace(/(‹\w+›).*$/, '$1')
    .replace(/^Muted, .*/, 'Muted')
    .replace(
      /^(Live|Connecting|Connected|Disconnected|Needs attention|Reconnecting|Not current|Partly connected)(…|\b.*)?$/,
      'how the connections are',
    )
    .replace(/^Gateway: .*/, 'Gateway: …')
    .replace(/^Un mute\b/, 'Unmute') // what is sought is highlighted, also within a word
    .replace(/^Send keys unencrypted.*/, 'Send keys unencrypted')
    .replace(/^(Keep quiet at these times) .*/, '$1') // what it says of itself differs with the times
    .replace(/^More for key .*/, 'More for key ‹key›')
    .replace(/^(virtual key|key|group|provider|task|gateway)( ‹\w+›)?$/, 'what it is about')
}

/** Lists on the first page whose rows are buttons. */
const ROWS: Readonly<Record<string, string>> = {
  'region Providers': 'a provider',
  'region Tightest budgets': 'a budget',
}

/** What a control is called, in whichever state its gateway is. */
function called(node: Node, page: string, names: Names): string {
  let place = ''
  let root = page
  let [inMain, inCell, inBanner] = [false, false, false]
  for (let up = node.parent; up; up = up.parent) {
    if (!place && PLACES.has(up.role) && up.name && up.name !== 'Page content')
      place =
        up.role === 'complementary'
          ? `complementary ${up.name.split(' ')[0]}`
          : `${up.role} ${shortened(names(up.name))}`
    if (up.role === 'cell' || up.role === 'rowheader') inCell = true
    if (up.role === 'dialog' || up.role === 'menu' || up.role === 'listbox') root = ''
    if (up.role === 'banner') root = 'top'
    if (up.role === 'main') inMain = true
    if (up.role === 'status') inBanner = true
    if (up.role === 'navigation' && up.name === 'Pages') root = 'rail'
  }
  if (inMain && root === 'top') root = page // a part's own head
  if (inBanner && root === page) root = 'banner' // on every page
  if (place === 'region Replay') root = 'top' // on every page, too
  if (place === 'region Start at login') root = 'banner'
  place = place
    .replace(/^table (Running|Finished) tasks$/, 'table Tasks') // a task goes from one to the other
    .replace(/^table Virtual keys of (?=‹gateway›)/, 'table ') // so called while no key of ours is known
  if (place === 'region Last # hours' && node.role === 'button') return [root, place, 'an alert'].join(' › ')
  if (node.role === 'option') return [place, 'an option'].join(' › ')
  // What rows say moves with the gateway, and their names may be newer than the state that was asked for names.
  const row = node.role === 'button' ? ROWS[place] : undefined
  if (row && root === 'now') return [root, place, row].join(' › ')
  if (node.name === 'Demo' && node.role === 'button') return [root, 'button Demo'].join(' › ') // also once there is a gateway of that name
  const name = node.role === 'row' ? 'a row' : inCell ? 'in a row' : shortened(names(node.name || node.text))
  return [root, place, `${node.role} ${name || '(no name)'}`].filter(Boolean).join(' › ')
}

/** The page that is open, by its route. */
async function pageOf(page: Page): Promise<string> {
  const hash = await page.evaluate(() => location.hash)
  return /^#?\/([a-z]*)/.exec(hash)?.[1] || 'now'
}

const snapshotOf = (of: Page | Locator) =>
  ('goto' in of ? of.locator('body') : of).ariaSnapshot({ mode: 'ai', timeout: 10_000 })

/** A dialog gets its name a moment after it is there: what it has is named when it is looked at next. */
function inUnnamedDialog(node: Node): boolean {
  for (let up = node.parent; up; up = up.parent) if (up.role === 'dialog') return !up.name
  return false
}

const calledAll = (nodes: Node[], page: string, names: Names) => [
  ...new Set(
    nodes
      .filter((node) => isControl(node) && !inUnnamedDialog(node))
      .map((node) => called(node, page, names)),
  ),
]

/** Every control that can be operated now. */
export async function controlsOn(page: Page, names: Names): Promise<string[]> {
  const [snapshot, name] = await Promise.all([snapshotOf(page), pageOf(page)])
  return calledAll(read(snapshot), name, names)
}

/** What a control is called that a test is about to operate, and what else can be operated beside it. */
export async function callOf(locator: Locator, names: Names): Promise<{ call: string; all: string[] }> {
  const page = locator.page()
  await locator.waitFor({ state: 'attached' })
  for (let tries = 0; tries < 20; tries++) {
    const [own, whole, name] = [await snapshotOf(locator), await snapshotOf(page), await pageOf(page)]
    const self = read(own)[0]
    const nodes = read(whole)
    // What lies under its own picture has no reference: then by what it is called.
    const node = nodes.find((one) =>
      self?.ref ? one.ref === self.ref : one.role === self?.role && one.name === self.name,
    )
    if (node && isControl(node))
      return { call: called(node, name, names), all: calledAll(nodes, name, names) }
    await page.waitForTimeout(100) // it was drawn anew in between
  }
  throw new Error(`this is no control in the accessibility tree: ${locator} ${await snapshotOf(locator)}`)
}
