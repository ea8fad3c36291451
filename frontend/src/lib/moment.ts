/** A moment as it was typed, or what is wrong with it in a person's words. */
export type Moment = { at: number } | { wrong: string }

const FORM = 'A day and a time, such as 2026-12-01 22:00, or a time alone.'

/**
 * Reads a moment in the reader's own time: year first, which is read in one way
 * everywhere. A time alone is the next such time after a moment (Unix ms).
 */
export function momentOf(typed: string, after: number): Moment {
  const text = typed.trim()
  const whole = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T,]+(\d{1,2})[:.](\d{2}))?$/.exec(text)
  if (whole) {
    const [year = 0, month = 0, day = 0, hour, minute] = whole.slice(1).map(Number)
    const at = new Date(year, month - 1, day)
    if (at.getFullYear() !== year || at.getMonth() !== month - 1 || at.getDate() !== day)
      return { wrong: 'There is no such day.' }
    if (whole[4] === undefined) return { wrong: 'A time is missing, such as 22:00.' }
    return atTime(at, hour, minute)
  }
  const time = /^(\d{1,2})[:.](\d{2})$/.exec(text)
  if (!time) return { wrong: FORM }
  const [hour, minute] = time.slice(1).map(Number)
  const found = atTime(new Date(after), hour, minute)
  if ('wrong' in found || found.at > after) return found
  const next = new Date(after)
  next.setDate(next.getDate() + 1)
  return atTime(next, hour, minute)
}

function atTime(day: Date, hour = 0, minute = 0): Moment {
  if (hour > 23 || minute > 59) return { wrong: 'There is no such time.' }
  return { at: new Date(day.getFullYear(), day.getMonth(), day.getDate(), hour, minute).getTime() }
}
