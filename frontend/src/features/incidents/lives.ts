import type { IncidentStep } from '../../bridge/types'

/** From when to when it lasted, ms; 0 while it does. */
export type Life = { from: number; to: number }

/**
 * When an incident lasted, by what happened to its alerts: it may have been over in
 * between. Nothing where no beginning is kept.
 */
export function livesOf(steps: readonly IncidentStep[]): Life[] {
  const lives: Life[] = []
  const lasting = new Set<string>()
  for (const step of steps) {
    if (step.decision) continue
    const last = lives.at(-1)
    if (step.words === 'Began') {
      if (lasting.size === 0) lives.push({ from: step.at, to: 0 })
      lasting.add(step.alert)
    } else if (step.words === 'Over' && lasting.delete(step.alert) && lasting.size === 0 && last) {
      last.to = step.at
    }
  }
  return lives
}
