import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** "GMT-05:20" is a zone that no list has, in which it can be any time of the day: Chromium knows it so. */
const MADE = /^GMT([+-])(\d\d):(\d\d)$/

/** How many minutes a made zone is before UTC; null for one that has a name. */
function minutesOf(zone: string): number | null {
  const found = MADE.exec(zone)
  if (!found) return null
  const [, sign, hours, minutes] = found
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** A zone in which the day began so many minutes ago; less than 0: it will begin. */
export function zoneOfDay(minutes: number, now = Date.now()): string {
  const utc = Math.floor(now / 60_000) % 1440
  const offset = ((((minutes - utc + 720) % 1440) + 1440) % 1440) - 720
  const [hours, rest] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return `GMT${offset < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`
}

/** What TZ must be for the program: a made zone is a file. */
export function zoneForProgram(zone: string, folder: string): string {
  const minutes = minutesOf(zone)
  if (minutes === null) return zone
  const file = Buffer.alloc(54) // TZif, version 1: one kind of time, for ever
  file.write('TZif')
  file.writeInt32BE(1, 36)
  file.writeInt32BE(4, 40)
  file.writeInt32BE(minutes * 60, 44)
  file.write('MAD', 50)
  const path = join(folder, `zone${zone.replace(':', '')}`)
  writeFileSync(path, file)
  return path
}

/** "15:04:05" of a time in a zone. */
export function clockIn(zone: string, at: number): string {
  const minutes = minutesOf(zone)
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: minutes === null ? zone : 'UTC',
    timeStyle: 'medium',
  }).format(at + (minutes ?? 0) * 60_000)
}
