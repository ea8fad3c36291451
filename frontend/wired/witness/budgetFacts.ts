import { countsIn } from './say'
import { type Check, inScope, shareOf, type World, wrong } from './world'

/** How many budgets a scope has, and how many are at or above a share. */
export const budgets = (w: World, scope: string): number[] =>
  inScope(w, scope).flatMap(([, books]) => books.groups.map(shareOf).filter((one) => one !== null))

/** What is said of how many budgets are how far. */
export const budgetWords: Check = (s, w) => {
  if (s.text === '') return 'own'
  const shares = budgets(w, s.of)
  if (w.forbidden.includes('groups'))
    return /may not be read/.test(s.text) ? 'unknown' : wrong('nobody may know that')
  if (/No limits set/.test(s.text))
    return shares.length === 0 && w.sees.admin ? 'books' : wrong('there are limits')
  if (!/above a threshold/.test(s.text)) return w.sees.admin ? wrong('budgets are known') : 'unknown'
  const at = (share: number) => shares.filter((one) => one >= share - 1e-12).length
  const truth = [at(0.75), ...[at(0.9), at(1)].filter((n) => n > 0)]
  const said = countsIn(s.text)
  return said.join() === truth.join() ? 'books' : wrong(`counts are ${truth.join(', ')}`)
}

/** That there are none. */
export const noBudgets: Check = (s, w) =>
  w.sees.admin && budgets(w, s.of).length === 0
    ? 'books'
    : wrong('that there are no limits is not so, or not known')
