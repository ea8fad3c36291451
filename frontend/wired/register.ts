import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes down, for all tests together, which controls were seen and which were operated, and how. */
export type Entry = { control: string; how: 'seen' | 'outside' | 'view' }

const folder = () => join(process.env.WIRED_WORK ?? '', 'controls')

/** Each worker has a file of its own. */
export function note(how: Entry['how'], controls: Iterable<string>): void {
  const lines = [...controls].map((control) => `${JSON.stringify({ control, how } satisfies Entry)}\n`)
  if (lines.length > 0) appendFileSync(join(folder(), `${process.pid}.jsonl`), lines.join(''))
}

/** What was seen and not operated by any test, and what was operated although it is listed as not. */
export function unoperated(
  from: string,
  listed: ReadonlyMap<string, string>,
): {
  seen: number
  operated: number
  left: string[]
  listedInVain: string[]
} {
  const all = { seen: new Set<string>(), outside: new Set<string>(), view: new Set<string>() }
  for (const file of readdirSync(from))
    for (const line of readFileSync(join(from, file), 'utf8').split('\n')) {
      if (line === '') continue
      const entry = JSON.parse(line) as Entry
      all[entry.how].add(entry.control)
      all.seen.add(entry.control)
    }
  const operated = (control: string) => all.outside.has(control) || all.view.has(control)
  const not = [...all.seen].filter((control) => !operated(control)).sort()
  return {
    seen: all.seen.size,
    operated: all.seen.size - not.length,
    left: not.filter((control) => !listed.has(control)),
    listedInVain: [...listed.keys()].filter(operated),
  }
}
