import type { Notice } from './notice'
import { type Process, started } from './processes'

/** Asks one of the small HTTP services around the program. */
export async function ask<T>(url: string, method = 'GET'): Promise<T> {
  const answer = await fetch(url, { method })
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

/** The desktop of one test: a session bus with notifications, a tray and a keychain of its own. */
export class Desk {
  private constructor(
    readonly process: Process,
    private readonly url: string,
    readonly bus: string,
  ) {}

  static async start(base: Record<string, string>, of: { tray: boolean; keychain: boolean }): Promise<Desk> {
    const env = { ...base, DESK_TRAY: of.tray ? '' : 'none', DESK_KEYCHAIN: of.keychain ? '' : 'none' }
    const { child, match } = await started(process.env.WIRED_DESK ?? '', [], env, /^(\{.*\})$/m)
    const { url, bus } = JSON.parse(match[1] ?? '{}') as { url: string; bus: string }
    return new Desk(child, url, bus)
  }

  notices = () => ask<Notice[]>(`${this.url}/notices`)
  pressNotice = (number: number, key: string) => ask(`${this.url}/notices/${number}/${key}`, 'POST')
  tray = () => ask<{ tooltip: string; lines: string[] }>(`${this.url}/tray`)
  pressTray = (line: string) => ask(`${this.url}/tray?line=${encodeURIComponent(line)}`, 'POST')
  secrets = () => ask<Record<string, string>>(`${this.url}/secrets`)
}
